package dev.firn.wal;

import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.MappedFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads the records of a segment again and checks them.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class SegmentVerifier {

  private final MappedFile file;
  private final long number;
  private final long firstSequence;

  SegmentVerifier(MappedFile file, long number, long firstSequence) {
    this.file = file;
    this.number = number;
    this.firstSequence = firstSequence;
  }

  /**
   * Checks the records before {@code end}.
   *
   * @throws CorruptionException at the first that is not what was written
   */
  void verify(long end) {
    verify(this::copyOut, end, file.size());
  }

  /**
   * A copy of the first {@code end} bytes, off the file, whose records are checked.
   *
   * @throws CorruptionException at the first that is not what was written
   */
  MemorySegment checkedCopy(long end) {
    MemorySegment copy = Arena.ofAuto().allocate(end, Long.BYTES);
    copyOut(0, copy, 0, end);
    verify(
        (position, target, offset, length) ->
            MemorySegment.copy(copy, position, target, offset, length),
        end,
        end);
    return copy;
  }

  private void verify(RecordReader.Source source, long end, long limit) {
    // An arena of the JDK, which is closed without a call of the store's.
    try (Arena arena = Arena.ofConfined()) {
      RecordReader reader = new RecordReader();
      reader.allocateIn(arena);
      verify(reader, source, end, limit);
    }
  }

  private void verify(RecordReader reader, RecordReader.Source source, long end, long limit) {
    RecordEntries entries = new RecordEntries();
    reader.open(source, number, limit);
    long expected = firstSequence;
    for (long at = JournalFormat.HEADER_BYTES; at < end; at = reader.end()) {
      if (!reader.isRecord(at) || reader.firstSequence() != expected || reader.count() == 0) {
        throw new CorruptionException(
            file.path(),
            at,
            "the record of sequence " + expected,
            "no whole record of that sequence");
      }
      reader.rewind(false);
      while (reader.nextPiece(entries, file.path())) {
        entries.checkAll();
      }
      expected += reader.count();
    }
  }

  private void copyOut(long position, MemorySegment target, long offset, long length) {
    try {
      MemorySegment.copy(file.memory(), position, target, offset, length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw new StorageException(file.path(), "cannot be read at position " + position, e);
    }
  }
}
