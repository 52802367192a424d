package dev.firn;

import java.lang.foreign.MemorySegment;

/** Takes the entries that {@link Cursor#forEach} finds, one call for each. */
@FunctionalInterface
public interface EntryConsumer {

  /**
   * Takes an entry. Both arguments are read-only views of the memory that the cursor reads: they
   * are valid until this method returns. To keep the bytes, copy them, for example with {@link
   * MemorySegment#toArray}.
   *
   * @param key the key, in place
   * @param value the value, in place
   */
  void accept(MemorySegment key, MemorySegment value);
}
