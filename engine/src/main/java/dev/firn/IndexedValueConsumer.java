package dev.firn;

import java.lang.foreign.MemorySegment;

/**
 * Takes the values that {@link KeyReader#getAll(MemorySegment[], IndexedValueConsumer)} finds, one
 * call for each.
 *
 * <p>A value is passed as a place in the memory that holds it, so that no object is made for it;
 * {@code memory.asSlice(offset, length)} is a view of the value alone.
 */
@FunctionalInterface
public interface IndexedValueConsumer {

  /**
   * Takes a value. The memory is read-only and valid until this method returns: to keep bytes, copy
   * them. This method may read from the store. It must not close it, and should return soon: until
   * then the store keeps files and memory that it could free.
   *
   * @param index the index of the value's key among the keys of the call
   * @param memory the memory that holds the value; its other bytes have no meaning
   * @param offset where the value starts in {@code memory}
   * @param length length of the value in bytes
   */
  void accept(int index, MemorySegment memory, long offset, long length);
}
