package dev.firn.version;

import dev.firn.core.Varint;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a range of memory from its start to its end and trusts nothing in it: what does not fit is
 * a {@link CorruptionException} with the offset in the file that the memory was read from.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class ByteSource {

  private final Path file;
  private final long fileOffset;
  private final MemorySegment memory;
  private final long start;
  private final long end;
  private long position;

  /**
   * @param file the file that errors name
   * @param fileOffset the position of {@code offset} in that file
   */
  ByteSource(Path file, long fileOffset, MemorySegment memory, long offset, long length) {
    this.file = file;
    this.fileOffset = fileOffset;
    this.memory = memory;
    this.start = offset;
    this.end = offset + length;
    this.position = offset;
  }

  boolean hasMore() {
    return position < end;
  }

  int getByte() {
    if (position >= end) {
      throw malformed("a byte", "the end");
    }
    return memory.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
  }

  /** An integer from {@code min} to {@code max}; {@code what} names it in the error. */
  long getVarint(String what, long min, long max) {
    long value = Varint.get(memory, position, end);
    if (value < 0) {
      throw malformed("a " + what, "no integer");
    }
    if (value < min || value > max) {
      throw malformed("a " + what + " from " + min + " to " + max, Long.toString(value));
    }
    position += Varint.length(value);
    return value;
  }

  /** A length from {@code min} to {@code max} and that many bytes. */
  byte[] getBytes(int min, int max) {
    int length = (int) getVarint("length", min, Math.min(max, end - position));
    if (length > end - position) {
      throw malformed(length + " bytes", (end - position) + " bytes");
    }
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, position, bytes, 0, length);
    position += length;
    return bytes;
  }

  /** A length from {@code min} to {@code max} and that many bytes of UTF-8. */
  String getText(int min, int max) {
    byte[] bytes = getBytes(min, max);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("UTF-8", "other bytes");
    }
  }

  /** The error for invalid bytes at the current position. */
  CorruptionException malformed(String expected, String found) {
    return new CorruptionException(file, fileOffset + position - start, expected, found);
  }
}
