package dev.firn.version;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Which 8 bytes of each key a merging cursor compares first: those after a number of shared bytes.
 * The window is moved when too many keys are equal in it. A bad window costs speed, never order,
 * see {@link KeyPrefix}.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The garbage collector frees its
 * memory.
 */
public final class PrefixWindow {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Max shared bytes; keys that share more are compared as a whole. */
  private static final int MAX_SHARED_BYTES = 256;

  /**
   * The window starts this many bytes before the first difference, in case earlier bytes change.
   */
  private static final int MARGIN = 4;

  private final MemorySegment shared;
  private int sharedLength;
  private long head;
  private long headMask;

  /** A window whose memory is in an arena. */
  public PrefixWindow(Arena arena) {
    shared = arena.allocate(MAX_SHARED_BYTES + Long.BYTES);
  }

  /** Moves the window to the first difference of two keys. Earlier prefixes become invalid. */
  void choose(InternalCursor a, InternalCursor b) {
    int common =
        KeyOrder.commonPrefix(
            a.key(), a.keyOffset(), a.keyLength(), b.key(), b.keyOffset(), b.keyLength());
    // Not so late that keys end within the window: their prefixes are assembled byte by byte.
    int latest = Math.min(a.keyLength(), b.keyLength()) - Long.BYTES;
    sharedLength = Math.clamp(Math.min(common - MARGIN, latest), 0, MAX_SHARED_BYTES);
    MemorySegment.copy(a.key(), a.keyOffset(), shared, 0, sharedLength);
    int headBytes = Math.min(sharedLength, Long.BYTES);
    headMask = headBytes == 0 ? 0 : -1L << (Long.SIZE - 8 * headBytes);
    head = shared.get(WORD, 0) & headMask;
  }

  /** The key prefix of a cursor's key. */
  long prefix(InternalCursor cursor) {
    MemorySegment key = cursor.key();
    long offset = cursor.keyOffset();
    int length = cursor.keyLength();
    int skip = sharedLength;
    if (length < skip + Long.BYTES
        || (key.get(WORD, offset) & headMask) != head
        || (skip > Long.BYTES && !hasSharedTail(key, offset))) {
      return KeyPrefix.of(shared, 0, skip, key, offset, length);
    }
    return key.get(WORD, offset + skip);
  }

  /** Whether a key has the shared bytes after the first 8. */
  private boolean hasSharedTail(MemorySegment key, long offset) {
    int last = sharedLength - Long.BYTES;
    for (int i = Long.BYTES; i < last; i += Long.BYTES) {
      if (key.get(WORD, offset + i) != shared.get(WORD, i)) {
        return false;
      }
    }
    return key.get(WORD, offset + last) == shared.get(WORD, last);
  }
}
