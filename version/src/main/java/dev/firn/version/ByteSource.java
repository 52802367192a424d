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
 * Reads a range of memory from its start to its end and trusts nothing in it: whatever does not fit
 * is a {@link CorruptionException} with the place in the file that the memory was read from.
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
   * @param file named in errors
   * @param fileOffset where {@code offset} lies in that file
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

  /** An integer from {@code least} to {@code most}; {@code what} names it in the error. */
  long getVarint(String what, long least, long most) {
    long value = Varint.get(memory, position, end);
    if (value < 0) {
      throw malformed("a " + what, "no integer");
    }
    if (value < least || value > most) {
      throw malformed("a " + what + " from " + least + " to " + most, Long.toString(value));
    }
    position += Varint.length(value);
    return value;
  }

  /** A length from {@code least} to {@code most} and that many bytes. */
  byte[] getBytes(int least, int most) {
    int length = (int) getVarint("length", least, Math.min(most, end - position));
    if (length > end - position) {
      throw malformed(length + " bytes", (end - position) + " bytes");
    }
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, position, bytes, 0, length);
    position += length;
    return bytes;
  }

  /** As {@link #getBytes}, and the bytes are UTF-8. */
  String getText(int least, int most) {
    byte[] bytes = getBytes(least, most);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("UTF-8", "other bytes");
    }
  }

  /** The error for bytes at the current position that are not what they should be. */
  CorruptionException malformed(String expected, String found) {
    return new CorruptionException(file, fileOffset + position - start, expected, found);
  }
}
