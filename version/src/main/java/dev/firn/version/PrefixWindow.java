package dev.firn.version;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Which 8 bytes of the keys a merge compares first: those behind a number of shared bytes, which
 * are chosen anew when they do not tell keys apart. See {@link KeyPrefix} for why a bad choice
 * costs speed and never order.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Its memory is the garbage
 * collector's.
 */
final class PrefixWindow {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Longer shared prefixes are cut off; then keys are compared as a whole. */
  private static final int MAX_SHARED_BYTES = 256;

  /** How far before the first byte that differs the window begins: room for that many to change. */
  private static final int MARGIN = 4;

  private final MemorySegment shared = Arena.ofAuto().allocate(MAX_SHARED_BYTES + Long.BYTES);
  private int sharedLength;
  private long head;
  private long headMask;

  /** Chooses the window where two keys first differ. Prefixes from before mean nothing any more. */
  void choose(InternalCursor a, InternalCursor b) {
    int common =
        KeyOrder.commonPrefix(
            a.key(), a.keyOffset(), a.keyLength(), b.key(), b.keyOffset(), b.keyLength());
    // Not so far back that keys end within the window: those are looked at byte by byte.
    int latest = Math.min(a.keyLength(), b.keyLength()) - Long.BYTES;
    sharedLength = Math.clamp(Math.min(common - MARGIN, latest), 0, MAX_SHARED_BYTES);
    MemorySegment.copy(a.key(), a.keyOffset(), shared, 0, sharedLength);
    int headBytes = Math.min(sharedLength, Long.BYTES);
    headMask = headBytes == 0 ? 0 : -1L << (Long.SIZE - 8 * headBytes);
    head = shared.get(WORD, 0) & headMask;
  }

  /** The normalised prefix of a cursor's key. */
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

  /** Whether the shared bytes behind the first 8 are the key's, too. */
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
