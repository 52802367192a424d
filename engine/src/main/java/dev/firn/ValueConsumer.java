package dev.firn;

import java.lang.foreign.MemorySegment;

/**
 * Takes the value that {@link KeyReader#read(byte[], ValueConsumer)} finds.
 *
 * <pre>{@code
 * tree.read(key, (memory, offset, length) ->
 *     total += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
 * }</pre>
 */
@FunctionalInterface
public interface ValueConsumer {

  /**
   * Takes a value. The memory is read-only and valid until this method returns: to keep bytes, copy
   * them.
   *
   * @param memory the memory that holds the value; its other bytes have no meaning
   * @param offset where the value starts in {@code memory}
   * @param length length of the value in bytes
   */
  void accept(MemorySegment memory, long offset, long length);
}
