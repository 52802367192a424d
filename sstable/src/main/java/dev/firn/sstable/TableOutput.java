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
 * The end of a table file that is being written. Gathers small pieces into large appends, and
 * closes each section with its trailer. Every byte is checksummed in the output's own buffer, after
 * it was copied.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> Owns the file.
 */
final class TableOutput implements AutoCloseable {

  private static final int FIRST_BYTES = 64 * 1024;

  /** Length of the longest number: a number may extend beyond the end of an append. */
  private static final int SPILL_BYTES = Long.BYTES;

  private final AppendFile file;
  private final long number;
  private final long id;
  private final OutputLimits limits;
  private final NativeBuffer buffer;
  private final Checksum checksum = new Checksum();
  private MemorySegment memory;
  private ByteBuffer bytes;
  private long appended;
  private int room;
  private int used;
  private int checksummed;
  private boolean inSection;
  private long unsynced;

  TableOutput(AppendFile file, long number, long id, OutputLimits limits, Arena arena) {
    this.limits = limits;
    this.file = file;
    this.number = number;
    this.id = id;
    this.buffer = new NativeBuffer(arena, FIRST_BYTES + SPILL_BYTES);
    this.room = FIRST_BYTES;
    this.memory = buffer.memory();
    this.bytes = buffer.bytes();
  }

  /** The file offset of the next byte. */
  long position() {
    return appended + used;
  }

  /** Starts a section here. */
  void begin() {
    begin(number ^ id);
  }

  /** Starts the footer here. */
  void beginFooter() {
    begin(number);
  }

  private void begin(long salt) {
    assert !inSection;
    inSection = true;
    checksummed = used;
    checksum.start(salt, position());
  }

  /** Closes the section with its trailer. */
  void end(Codec codec) {
    putInt(codec.code());
    endWithoutTrailer();
  }

  /** Closes the section with its checksum only. */
  void endWithoutTrailer() {
    absorb(used);
    inSection = false;
    putInt(checksum.value());
  }

  void putByte(int value) {
    memory.set(ValueLayout.JAVA_BYTE, used, (byte) value);
    advance(1);
  }

  void putInt(int value) {
    memory.set(U32, used, value);
    advance(Integer.BYTES);
  }

  void putLong(long value) {
    memory.set(U64, used, value);
    advance(Long.BYTES);
  }

  /** Puts zero bytes up to the next aligned offset of the file. */
  void align() {
    putZeros((int) (TableFormat.align(position()) - position()));
  }

  /** Puts zero bytes. */
  void putZeros(int count) {
    for (int i = 0; i < count; i++) {
      putByte(0);
    }
  }

  /** Puts bytes of native or mapped memory. */
  void put(MemorySegment source, long offset, long length) {
    for (long done = 0; done < length; ) {
      int step = (int) Math.min(length - done, room - used);
      MemorySegment.copy(source, offset + done, memory, used, step);
      advance(step);
      done += step;
    }
  }

  /** Puts bytes of an array. */
  void put(byte[] source, int length) {
    for (int done = 0; done < length; ) {
      int step = Math.min(length - done, room - used);
      MemorySegment.copy(source, done, memory, ValueLayout.JAVA_BYTE, used, step);
      advance(step);
      done += step;
    }
  }

  /** Appends what is buffered, and syncs the file. */
  void sync() {
    append(used);
    file.sync();
  }

  @Override
  public void close() {
    file.close();
  }

  private void advance(int length) {
    used += length;
    if (used >= room) {
      full();
    }
  }

  private void full() {
    if (room < limits.appendBytes()) {
      room *= 2;
      memory = buffer.ensure(room + SPILL_BYTES, used);
      bytes = buffer.bytes();
    } else {
      append(room);
    }
  }

  private void append(int length) {
    absorb(length);
    file.append(memory, 0, length);
    appended += length;
    used -= length;
    checksummed -= length;
    MemorySegment.copy(memory, length, memory, 0, used);
    unsynced += length;
    if (unsynced >= limits.syncBytes()) {
      file.sync();
      unsynced = 0;
    }
  }

  /** Adds the bytes before {@code end} to the section's checksum. */
  private void absorb(int end) {
    if (inSection) {
      checksum.update(bytes.limit(end).position(checksummed));
      checksummed = end;
    }
  }
}
