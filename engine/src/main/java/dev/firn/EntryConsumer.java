package dev.firn;

import java.lang.foreign.MemorySegment;

/**
 * Takes the entries that {@link Cursor#forEach} finds, one call for each.
 *
 * <pre>{@code
 * cursor.forEach((key, memory, offset, length) ->
 *     total += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
 * }</pre>
 *
 * <p>The value is passed as a place in the memory that holds it, so that no object is made for it;
 * {@code memory.asSlice(offset, length)} is a view of the value alone.
 */
@FunctionalInterface
public interface EntryConsumer {

  /**
   * Takes an entry. Both segments are read-only and valid until this method returns: to keep bytes,
   * copy them.
   *
   * @param key the key, in place
   * @param memory the memory that holds the value; its other bytes have no meaning
   * @param offset where the value starts in {@code memory}
   * @param length length of the value in bytes
   */
  void accept(MemorySegment key, MemorySegment memory, long offset, long length);
}
