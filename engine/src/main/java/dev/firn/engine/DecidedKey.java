package dev.firn.engine;

import dev.firn.core.EntryBatch;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The last key that a forward scan has decided on: of it no further entry is shown.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class DecidedKey {

  private KeyBuffer key;

  /** The memory of the next one. */
  private KeyBuffer spare;

  private boolean known;

  DecidedKey(Arena arena) {
    this.key = new KeyBuffer(arena);
    this.spare = new KeyBuffer(arena);
  }

  long memoryBytes() {
    return key.memoryBytes() + spare.memoryBytes();
  }

  void clear() {
    known = false;
  }

  /** Sets the key to that of an entry. The one before stays readable until the next call. */
  void set(EntryBatch entries, int entry) {
    KeyBuffer previous = key;
    key = spare;
    spare = previous;
    key.set(entries.key(entry), 0, entries.keyLength(entry));
    known = true;
  }

  /** The key, or null. */
  @Nullable KeyBuffer get() {
    return known ? key : null;
  }

  boolean isOf(EntryBatch entries, int entry) {
    return known && entries.compareKey(entry, key.memory(), 0, key.length()) == 0;
  }
}
