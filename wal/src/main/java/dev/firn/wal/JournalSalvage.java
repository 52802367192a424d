package dev.firn.wal;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads what is readable of a damaged journal: every record whose checksum is right, also after
 * damage. A record is of its very place, because its checksum is salted with it.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
public final class JournalSalvage {

  /** Receives the readable records in ascending order. */
  public interface Visitor {

    /**
     * Receives a record.
     *
     * @param segment the number of its segment
     * @param entries before its first entry; the memory is valid during the call
     * @param firstSequence the sequence of its first entry
     */
    void record(long segment, RecordEntries entries, long firstSequence);
  }

  /**
   * Records that cannot be read, or whose absence is not proven.
   *
   * @param file the segment
   * @param offset where they start in it
   * @param firstSequence the sequence of their first entry
   * @param lastSequence the sequence of their last entry; {@link #UNKNOWN} if it is not known
   * @param problem what is wrong there
   */
  public record Gap(
      Path file, long offset, long firstSequence, long lastSequence, String problem) {}

  /** What {@link Gap#lastSequence} is at the end of the journal. */
  public static final long UNKNOWN = -1;

  /** More entries than a journal ever holds. */
  private static final long MAX_ENTRIES = 1L << 40;

  private final FileSystem fs;
  private final Path directory;
  private final Visitor visitor;
  private final RecordReader reader = new RecordReader();
  private final RecordEntries entries = new RecordEntries();
  private final List<Gap> gaps = new ArrayList<>();
  private long expected;
  private long records;
  private Path stoppedFile;
  private long stoppedAt;

  /** Gaps up to here are none: the entries are in tables. */
  private final long covered;

  private JournalSalvage(
      FileSystem fs, Path directory, long expected, long covered, Visitor visitor) {
    this.covered = covered;
    this.fs = fs;
    this.directory = directory;
    this.expected = expected;
    this.visitor = visitor;
    this.stoppedFile = directory;
  }

  /**
   * What a salvage read.
   *
   * @param records the count of records
   * @param lastSequence the largest sequence; the one before the first expected if there is none
   * @param gaps what may be lost
   */
  public record Result(long records, long lastSequence, List<Gap> gaps) {}

  /**
   * Reads a journal.
   *
   * @param floor the number of the oldest segment that is needed
   * @param head the number of a segment that must exist; below the floor if there is none
   * @param firstSequence the first sequence that may not be in tables
   * @param covered the sequences up to this one are in tables, unless a table is damaged
   */
  public static Result read(
      FileSystem fs,
      Path directory,
      long floor,
      long head,
      long firstSequence,
      long covered,
      Visitor visitor) {
    JournalSalvage salvage = new JournalSalvage(fs, directory, firstSequence, covered, visitor);
    salvage.run(floor, head);
    return new Result(salvage.records, salvage.expected - 1, List.copyOf(salvage.gaps));
  }

  private void run(long floor, long head) {
    List<SegmentFile> files = files(floor);
    Set<Long> numbers = new HashSet<>();
    files.forEach(file -> numbers.add(file.number()));
    for (SegmentFile file : files) {
      read(file);
    }
    Set<Long> missing = new HashSet<>();
    if (head >= floor && !numbers.contains(head)) {
      missing.add(head);
    }
    for (SegmentFile file : files) {
      if (file.preparedAfter() >= floor && !numbers.contains(file.preparedAfter())) {
        missing.add(file.preparedAfter());
      }
      if (file.previous() >= floor && !numbers.contains(file.previous())) {
        missing.add(file.previous());
      }
    }
    missing.stream()
        .sorted()
        .forEach(
            number ->
                gaps.add(
                    new Gap(
                        FileName.journal(directory, number),
                        0,
                        expected,
                        UNKNOWN,
                        "no such file")));
  }

  private List<SegmentFile> files(long floor) {
    return fs.list(directory).stream()
        .flatMapToLong(name -> FileName.journalNumber(name).stream())
        .filter(number -> number >= floor)
        .sorted()
        .mapToObj(number -> SegmentFile.read(fs, directory, number))
        .toList();
  }

  private void read(SegmentFile file) {
    long at = JournalFormat.HEADER_BYTES;
    long end = at;
    boolean closed = false;
    long before = records;
    try (ReadFile in = fs.openRead(file.path())) {
      reader.open(
          (position, target, offset, length) -> readOrZero(in, position, target, offset, length),
          file.number(),
          file.bytes());
      while (at < file.bytes() && !closed) {
        if (reader.isRecord(at, 0, expected + MAX_ENTRIES) && isWellFormed(file)) {
          closed = reader.count() == 0;
          take(file, in, at);
          at = reader.end();
          end = at;
        } else {
          at = reader.nextTagged(at + JournalFormat.RECORD_ALIGNMENT);
        }
      }
      boolean isBlank = file.isBlank() && records == before && file.damage() == null;
      boolean torn = !closed && reader.bytesOfTorn(end, expected) > 0;
      if (torn && !isBlank) {
        gaps.add(new Gap(file.path(), end, expected, UNKNOWN, "bytes that are no whole record"));
      } else if (file.damage() != null && records == before) {
        CorruptionException damage = file.damage();
        gaps.add(
            new Gap(file.path(), damage.offset(), expected, UNKNOWN, "a damaged segment's header"));
      }
    }
    if (records > before) {
      stoppedFile = file.path();
      stoppedAt = end;
    }
  }

  private boolean isWellFormed(SegmentFile file) {
    try {
      reader.rewind(false);
      while (reader.nextPiece(entries, file.path())) {
        entries.checkAll();
      }
      return true;
    } catch (CorruptionException e) {
      return false;
    }
  }

  private void take(SegmentFile file, ReadFile in, long at) {
    long first = reader.firstSequence();
    if (reader.count() == 0 || first < expected) {
      return;
    }
    if (first > expected && first - 1 > covered) {
      boolean inFile = stoppedFile.equals(file.path()) || records == 0;
      gaps.add(
          new Gap(
              inFile ? file.path() : stoppedFile,
              inFile ? at : stoppedAt,
              expected,
              first - 1,
              "no record of these sequences"));
    }
    if (!reader.isVoid()) {
      visit(file, in, at);
    }
    expected = first + reader.count();
    records++;
    stoppedFile = file.path();
    stoppedAt = reader.end();
  }

  private void visit(SegmentFile file, ReadFile in, long at) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment record = arena.allocate(reader.length(), Long.BYTES);
      readOrZero(in, at, record, 0, reader.length());
      entries.reset(file.path(), at, record, 0, reader.length(), reader.count());
      visitor.record(file.number(), entries, reader.firstSequence());
    }
  }

  private static void readOrZero(
      ReadFile in, long position, MemorySegment target, long offset, long length) {
    try {
      in.read(position, target, offset, length);
    } catch (StorageException e) {
      target.asSlice(offset, length).fill((byte) 0);
    }
  }
}
