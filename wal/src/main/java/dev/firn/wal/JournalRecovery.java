package dev.firn.wal;

import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal that an earlier process left: visits its records in order, finds their end, and
 * distinguishes a torn end from damage. The rules and their reasons are in {@code
 * docs/format/journal-recovery.md}.
 *
 * <p>Nothing is changed before all of the journal is read and judged. Then what follows the end is
 * deleted, durably, before {@link #recover} returns, so that it cannot reappear after records that
 * are written later. For the same reason nothing is ever appended to a recovered segment.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
public final class JournalRecovery {

  /**
   * Visits the entries of a journal in order. The entries of a long record come in several pieces,
   * so that no record needs much memory.
   */
  public interface Visitor {

    /**
     * Walks over all of the entries to check that they are well formed. Called for all pieces of a
     * record before {@link #entries} is called for any of them.
     */
    default void measure(RecordEntries entries) {
      entries.checkAll();
    }

    /**
     * Visits some entries of one record. An exception ends the recovery.
     *
     * @param segment the record's segment, one of {@link RecoveredJournal#segments}
     * @param entries before the first of them. Only the keys are in memory, and during the call
     *     only; the byte at {@code x} is at {@code offset + x - recordOffset} in the segment
     * @param offset the place of these entries in the segment
     * @param firstSequence the sequence of the first of them
     * @param count the count of them
     */
    void entries(
        JournalSegment segment, RecordEntries entries, long offset, long firstSequence, int count);

    /**
     * Visits a void record, whose entries are no writes.
     *
     * @param segment the record's segment
     * @param count the count of its entries
     */
    default void voided(JournalSegment segment, int count) {}
  }

  private static final long NONE = -1;

  private final FileSystem fs;
  private final long floor;
  private final long head;
  private final long firstExpected;
  private final boolean salvage;
  private final JournalFolder folder;
  private final RecordReader reader = new RecordReader();
  private final RecordEntries entries = new RecordEntries();
  private final List<JournalSegment> segments = new ArrayList<>();

  private long expected;
  private long records;

  /** The file in which the records stop, an index in the folder's files; -1 before the first. */
  private int stopped = -1;

  /** The place in that file. */
  private long stoppedAt = JournalFormat.HEADER_BYTES;

  /** Whether a closing record is at that place. */
  private boolean closed;

  /** The first damage that salvage passed over. */
  private @Nullable CorruptionException damage;

  /** A recovery of a journal of which no segment is known to exist. */
  public JournalRecovery(
      FileSystem fs,
      Path directory,
      long floor,
      long firstSequence,
      long segmentBytes,
      boolean salvage) {
    this(fs, directory, floor, 0, firstSequence, segmentBytes, salvage, number -> false);
  }

  /**
   * @param floor the number of the oldest segment that is needed; at least 1
   * @param head the number of a segment that must exist; below the floor if there is none
   * @param firstSequence the sequence of the first entry that is not durable elsewhere
   * @param segmentBytes the size of the journal's new segments, which others are recycled for
   * @param salvage whether to cut the journal off at damage, instead of refusing it
   * @param isValueFile whether the segment of a number below the floor is a value file, which stays
   *     as it is
   */
  public JournalRecovery(
      FileSystem fs,
      Path directory,
      long floor,
      long head,
      long firstSequence,
      long segmentBytes,
      boolean salvage,
      LongPredicate isValueFile) {
    this.fs = fs;
    this.floor = floor;
    this.head = head;
    this.firstExpected = firstSequence;
    this.expected = firstSequence;
    this.salvage = salvage;
    this.folder = new JournalFolder(fs, directory, segmentBytes, isValueFile);
  }

  /**
   * Visits all records, and leaves the folder ready for new ones.
   *
   * @throws CorruptionException if records that are known to have been complete are damaged or
   *     missing, unless salvaging
   * @throws dev.firn.error.FormatVersionException if a segment has a version that this release does
   *     not read
   */
  public RecoveredJournal recover(Visitor visitor) {
    return recover(visitor, kept -> {});
  }

  /**
   * As {@link #recover(Visitor)}, for a caller that has to make durable which segments are needed.
   *
   * @param beforeChanges called after everything was read and judged and before anything is
   *     changed, with the number of the last segment that has records and is kept, 0 if there is
   *     none. An exception ends the recovery
   */
  public RecoveredJournal recover(Visitor visitor, LongConsumer beforeChanges) {
    // An arena of the JDK, which is closed without a call of the store's.
    try (Arena arena = Arena.ofConfined()) {
      reader.allocateIn(arena);
      folder.list(floor);
      for (SegmentFile file : folder.live()) {
        if (file.damage() != null) {
          report(file.damage());
        }
      }
      folder.live().forEach(this::checkPreparedAfter);
      checkHead();
      replayAll(visitor);
      JournalTail tail = judgeTail(beforeChanges);
      folder.sweep();
      return new RecoveredJournal(
          List.copyOf(segments), folder.spares(), folder.nextNumber(), tail);
    } catch (Throwable e) {
      segments.forEach(JournalSegment::release);
      throw e;
    }
  }

  /** Reports the loss of the segment that the manifest names. */
  private void checkHead() {
    if (head >= floor && folder.live(head).isEmpty()) {
      report(
          new CorruptionException(
              folder.path(head),
              0,
              "a segment, for the manifest says that it was in use",
              "no such file; the option salvage opens the store without its writes"));
    }
  }

  /** Reports a segment that is missing although a segment exists that was prepared after it. */
  private void checkPreparedAfter(SegmentFile file) {
    long number = file.preparedAfter();
    if (folder.followsLive(file) && folder.live(number).isEmpty()) {
      report(
          new CorruptionException(
              folder.path(number),
              0,
              "a segment, for segment " + file.number() + " was prepared to follow it",
              "no such file; the option salvage opens the store without its writes"));
    }
  }

  /** Throws, or notes the damage that salvage passes over. */
  private void report(CorruptionException e) {
    if (!salvage) {
      throw e;
    }
    if (damage == null) {
      damage = e;
    }
  }

  private void replayAll(Visitor visitor) {
    List<SegmentFile> files = folder.live();
    for (int i = 0; i < files.size(); i++) {
      SegmentFile file = files.get(i);
      long start = start(file);
      if (start == NONE) {
        continue;
      }
      if (start != expected) {
        return;
      }
      stopped = i;
      if (!replay(file, visitor)) {
        return;
      }
    }
  }

  /** The sequence that a segment's records start with, from its header or its first record. */
  private long start(SegmentFile file) {
    if (file.isActivated()) {
      return file.firstSequence();
    }
    if (file.bytes() < JournalFormat.HEADER_BYTES) {
      return NONE;
    }
    try (ReadFile in = fs.openRead(file.path())) {
      reader.open(in::read, file.number(), file.bytes());
      return reader.isRecord(JournalFormat.HEADER_BYTES) ? reader.firstSequence() : NONE;
    }
  }

  /** Visits the records of one segment; false if they end in damage that salvage cuts off. */
  private boolean replay(SegmentFile file, Visitor visitor) {
    long start = expected;
    long at = JournalFormat.HEADER_BYTES;
    JournalSegment segment = null;
    closed = false;
    CorruptionException malformed = null;
    try (ReadFile in = fs.openRead(file.path())) {
      reader.open(in::read, file.number(), file.bytes());
      while (!closed && reader.isRecord(at)) {
        malformed = malformed(file, at, visitor);
        if (malformed != null) {
          break;
        }
        if (reader.count() == 0) {
          closed = true;
          break;
        }
        if (segment == null) {
          segment = add(file);
        }
        visit(segment, visitor);
        records++;
        at = reader.end();
      }
    } finally {
      if (segment != null) {
        segment.setRecovered(at, expected - start);
      }
      stoppedAt = at;
    }
    if (malformed != null) {
      report(malformed);
    }
    return malformed == null;
  }

  private void visit(JournalSegment segment, Visitor visitor) {
    if (reader.isVoid()) {
      visitor.voided(segment, reader.count());
      expected += reader.count();
      return;
    }
    reader.rewind(true);
    while (reader.nextPiece(entries, segment.path())) {
      int count = reader.pieceEntries();
      visitor.entries(segment, entries, entries.fileOffset(), expected, count);
      expected += count;
    }
  }

  /** The damage of a record whose checksum matches; null if there is none. */
  private @Nullable CorruptionException malformed(SegmentFile file, long at, Visitor visitor) {
    if (reader.firstSequence() != expected || reader.count() > SequenceNumber.MAX - expected) {
      return new CorruptionException(
          file.path(),
          at + JournalFormat.SEQUENCE_AT,
          "first sequence " + expected,
          reader.count() + " from " + reader.firstSequence());
    }
    try {
      reader.rewind(false);
      while (reader.nextPiece(entries, file.path())) {
        if (reader.isVoid()) {
          entries.checkAll();
        } else {
          visitor.measure(entries);
        }
      }
      return null;
    } catch (CorruptionException e) {
      return e;
    }
  }

  private JournalSegment add(SegmentFile file) {
    JournalSegment before = segments.isEmpty() ? null : segments.getLast();
    JournalSegment segment =
        JournalSegment.over(fs.map(file.path()), file.number(), expected, before);
    segments.add(segment);
    return segment;
  }

  /** Judges the end of the records, and removes what follows it. */
  private JournalTail judgeTail(LongConsumer beforeChanges) {
    List<SegmentFile> files = folder.live();
    Set<Long> unused = new HashSet<>();
    TailScan scan = new TailScan(fs, reader, expected);
    if (stopped >= 0) {
      scan.scanBroken(files.get(stopped), stoppedAt, closed);
    }
    for (int i = stopped + 1; i < files.size(); i++) {
      SegmentFile file = files.get(i);
      if (file.damage() == null
          && file.isBlank()
          && start(file) == NONE
          && !scan.holdsRecords(file)) {
        unused.add(file.number());
        continue;
      }
      checkGap(file, i == 0);
      if (i == 0) {
        scan.scanBroken(file, stoppedAt, false);
      } else {
        scan.scanLater(file);
      }
    }
    SegmentFile end = files.isEmpty() ? null : files.get(Math.max(stopped, 0));
    if (end != null && scan.evidence() != null) {
      report(
          new CorruptionException(
              end.path(),
              stoppedAt,
              "the record of sequence " + expected + ", by " + scan.evidence(),
              "no whole record"));
    }
    Set<Long> kept = kept(scan.isTorn(), unused);
    beforeChanges.accept(segments.isEmpty() ? 0 : segments.getLast().number());
    if (damage != null) {
      repair(kept);
    }
    folder.removeAllBut(kept, unused);
    return new JournalTail(
        segments.size(),
        records,
        expected - firstExpected,
        expected - 1,
        scan.isTorn(),
        end == null ? null : end.path(),
        stoppedAt,
        scan.records(),
        scan.bytes(),
        damage);
  }

  /** Reports the damage that the header of a segment after the end of the records proves. */
  private void checkGap(SegmentFile file, boolean first) {
    long start = start(file);
    if (start == NONE) {
      return;
    }
    long previous = file.previous();
    if (start > expected && previous >= floor && folder.live(previous).isEmpty()) {
      report(
          new CorruptionException(
              folder.path(previous), 0, "the entries before sequence " + start, "no such file"));
    } else if (start < expected || first) {
      report(
          new CorruptionException(
              file.path(),
              JournalFormat.FIRST_SEQUENCE_AT,
              "first sequence " + expected,
              Long.toString(start)));
    }
  }

  /** Makes the result of salvage permanent: otherwise the next open would find the same damage. */
  private void repair(Set<Long> kept) {
    for (JournalSegment segment : segments) {
      boolean isLast = segment.number() == segments.getLast().number();
      long cutAt = isLast ? segment.end() : segment.size();
      SegmentFile file = folder.live(segment.number()).orElseThrow();
      boolean alone = folder.followsLive(file) && !kept.contains(file.preparedAfter());
      folder.repair(file, file.damage() != null || alone, cutAt);
    }
  }

  /**
   * The segments to keep: those with records, and those without records that they name.
   *
   * @param unused receives the others, up to the end of the records, that may be recycled
   */
  private Set<Long> kept(boolean torn, Set<Long> unused) {
    List<SegmentFile> files = folder.live().subList(0, stopped + 1);
    Set<Long> kept = new HashSet<>();
    segments.forEach(segment -> kept.add(segment.number()));
    // If one were deleted, the later segment that names it would report it as missing.
    Set<Long> named = new HashSet<>();
    for (SegmentFile file : files.reversed()) {
      long number = file.number();
      boolean cut = (torn || damage != null) && number == files.getLast().number();
      if (!cut && !kept.contains(number)) {
        // Salvage rewrites the headers of the segments with records, so that they name none.
        boolean clear = damage != null || file.isBlank() || file.isActivated();
        boolean stays = !clear || (damage == null && named.contains(number));
        (stays ? kept : unused).add(number);
      }
      if (kept.contains(number)) {
        named.add(file.preparedAfter());
      }
      named.add(file.previous());
    }
    return kept;
  }
}
