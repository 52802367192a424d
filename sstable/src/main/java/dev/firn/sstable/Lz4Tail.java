package dev.firn.sstable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * The end of an LZ4 stream: its last literals, which are bytes that stand for themselves. More of
 * them make the stream longer by a wanted number of bytes, and what it stands for ends with as many
 * zeros. Any decompressor reads it.
 *
 * <pre>
 *  stream   := sequence*
 *  sequence := token | rest of the literals' length? | literals | offset | rest of the match's
 *              length?
 * </pre>
 *
 * <p>The last sequence ends after its literals. Each half of a token is a length; {@value #LONG}
 * says that bytes follow which are to be added, up to the first one below {@value #LONGER}.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class Lz4Tail {

  private static final int LONG = 15;
  private static final int LONGER = 255;
  private static final int OFFSET_BYTES = 2;

  private final MemorySegment stream;
  private final int length;
  private int token;
  private int start;
  private int literals;

  /**
   * Finds the last literals.
   *
   * @param stream a stream that was just compressed, at the start of memory with room behind it
   * @param length its length
   */
  Lz4Tail(MemorySegment stream, int length) {
    this.stream = stream;
    this.length = length;
    enter(0);
    while (start + literals < length) {
      int at = start + literals + OFFSET_BYTES;
      if ((unsigned(token) & LONG) == LONG) {
        at = afterLength(at);
      }
      enter(at);
    }
  }

  private void enter(int at) {
    token = at;
    start = at + 1;
    literals = unsigned(token) >>> 4;
    if (literals == LONG) {
      start = afterLength(at + 1);
      literals += LONGER * (start - at - 2) + unsigned(start - 1);
    }
  }

  /** The position after the bytes of a length. */
  private int afterLength(int at) {
    int last = at;
    while (unsigned(last) == LONGER) {
      last++;
    }
    return last + 1;
  }

  /** How many zeros make the stream longer by {@code bytes}, or by one more where that is not. */
  int zeros(int bytes) {
    int zeros = bytes;
    while (longer(zeros) > bytes) {
      zeros--;
    }
    return longer(zeros) < bytes ? zeros + 1 : zeros;
  }

  /** By how many bytes some zeros make the stream longer. */
  int longer(int zeros) {
    return zeros + lengthBytes(literals + zeros) - lengthBytes(literals);
  }

  /** Adds zeros; the tail is then of no more use. */
  void add(int zeros) {
    int moved = start + longer(zeros) - zeros;
    MemorySegment.copy(stream, start, stream, moved, literals);
    stream.asSlice((long) moved + literals, zeros).fill((byte) 0);
    int all = literals + zeros;
    put(token, Math.min(all, LONG) << 4);
    if (all >= LONG) {
      int at = token + 1;
      int left = all - LONG;
      for (; left >= LONGER; left -= LONGER) {
        put(at++, LONGER);
      }
      put(at, left);
    }
    assert moved + all == length + longer(zeros);
  }

  /** Count of the bytes of a length besides the token. */
  private static int lengthBytes(int literals) {
    return literals < LONG ? 0 : 1 + (literals - LONG) / LONGER;
  }

  private int unsigned(int at) {
    return stream.get(JAVA_BYTE, at) & 0xff;
  }

  private void put(int at, int value) {
    stream.set(JAVA_BYTE, at, (byte) value);
  }
}
