package dev.firn.wal;

import dev.firn.core.Checksum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A long value at the end of a record that is not in the record's memory. It passes through that
 * memory in chunks while the record is written.
 *
 * @param value the caller's own
 * @param headEnd the end of the record's part that is in its memory
 */
record BorrowedValue(byte[] value, long headEnd) {

  /**
   * Writes the record, without its header, and adds the value to the checksum. The value may change
   * meanwhile: what is checksummed is what is written.
   *
   * @param recordBytes the length of the record, padding included
   */
  void write(RecordTarget target, RecordBuffer buffer, Checksum checksum, long recordBytes) {
    MemorySegment memory = buffer.memory();
    long header = JournalFormat.RECORD_HEADER_BYTES;
    target.write(header, memory, header, headEnd - header);
    long from = JournalFormat.padded(headEnd);
    int chunkBytes = (int) Math.min(memory.byteSize() - from, RecordBuffers.SMALL_BYTES);
    chunkBytes -= JournalFormat.RECORD_ALIGNMENT; // for the padding
    for (int done = 0; done < value.length; ) {
      int chunk = Math.min(value.length - done, chunkBytes);
      MemorySegment.copy(value, done, memory, ValueLayout.JAVA_BYTE, from, chunk);
      buffer.absorb(checksum, from, from + chunk);
      long at = headEnd + done;
      done += chunk;
      long written = chunk;
      for (; done == value.length && at + written < recordBytes; written++) {
        memory.set(ValueLayout.JAVA_BYTE, from + written, (byte) 0);
      }
      target.write(at, memory, from, written);
    }
  }
}
