package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.Checksum;
import dev.firn.core.file.AppendFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * The end of a table file that is being written: gathers small pieces into large appends, and
 * closes each section with its trailer. Every byte is checksummed in this class's own memory,
 * wherever it was copied from.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> Owns the file.
 */
final class TableOutput implements AutoCloseable {

  private static final int BUFFER_BYTES = 512 * 1024;

  private final AppendFile file;
  private final long number;
  private final MemorySegment buffer;
  private final ByteBuffer bytes;
  private final Checksum checksum = new Checksum();
  private long appended;
  private int used;
  private int checksummed;
  private boolean inSection;

  TableOutput(AppendFile file, long number, Arena arena) {
    this.file = file;
    this.number = number;
    this.buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
    this.bytes = buffer.asByteBuffer();
  }

  /** The offset in the file of the next byte. */
  long position() {
    return appended + used;
  }

  /** Starts a section here. */
  void begin() {
    assert !inSection;
    inSection = true;
    checksummed = used;
    checksum.start(number, position());
  }

  /** Closes the section with its trailer. */
  void end(Codec codec) {
    putInt(codec.code());
    absorb();
    inSection = false;
    putInt(checksum.value());
  }

  void putByte(int value) {
    room(1);
    buffer.set(ValueLayout.JAVA_BYTE, used, (byte) value);
    used++;
  }

  void putInt(int value) {
    room(Integer.BYTES);
    buffer.set(U32, used, value);
    used += Integer.BYTES;
  }

  void putLong(long value) {
    room(Long.BYTES);
    buffer.set(U64, used, value);
    used += Long.BYTES;
  }

  /** Puts zero bytes up to the next aligned offset of the file. */
  void align() {
    long aligned = TableFormat.align(position());
    while (position() < aligned) {
      putByte(0);
    }
  }

  /** Puts bytes of native or mapped memory. */
  void put(MemorySegment source, long offset, long length) {
    for (long done = 0; done < length; ) {
      room(1);
      int step = (int) Math.min(length - done, BUFFER_BYTES - used);
      MemorySegment.copy(source, offset + done, buffer, used, step);
      used += step;
      done += step;
    }
  }

  /** Puts bytes of an array. */
  void put(byte[] source, int length) {
    for (int done = 0; done < length; ) {
      room(1);
      int step = Math.min(length - done, BUFFER_BYTES - used);
      MemorySegment.copy(source, done, buffer, ValueLayout.JAVA_BYTE, used, step);
      used += step;
      done += step;
    }
  }

  /** Puts the checksum over what was put since {@link #begin}, without a trailer. */
  void endFooter() {
    absorb();
    inSection = false;
    putInt(checksum.value());
  }

  /** Hands everything to the file. */
  void flush() {
    absorb();
    if (used > 0) {
      file.append(buffer, 0, used);
      appended += used;
      used = 0;
      checksummed = 0;
    }
  }

  /** Hands everything to the file, and the file to the device. */
  void force() {
    flush();
    file.force();
  }

  @Override
  public void close() {
    file.close();
  }

  private void room(int length) {
    if (BUFFER_BYTES - used < length) {
      flush();
    }
  }

  private void absorb() {
    if (inSection) {
      checksum.update(bytes.limit(used).position(checksummed));
      checksummed = used;
    }
  }
}
