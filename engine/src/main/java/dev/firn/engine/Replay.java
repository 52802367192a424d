package dev.firn.engine;

import dev.firn.core.InternalCursor;
import dev.firn.core.ValueKind;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.LargeValues;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.memtable.MemTableRanges;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalRecovery;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordEntries;
import dev.firn.wal.RecoveredJournal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a memtable over each recovered journal segment. Values stay in the segment.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
final class Replay implements JournalRecovery.Visitor {

  private final ArenaPool arenas;
  private final LargeValues largeValues;
  private final RecordInserter inserter = new RecordInserter();
  private final List<Draft> drafts = new ArrayList<>();
  private KeyNormalizer normalizer;

  /** The budget of the entries that were measured and not visited. */
  private long measured;

  private boolean expiring;

  /** A generation under construction; a memtable that is full is replaced by a larger one. */
  private static final class Draft {
    private final JournalSegment segment;
    private MemTableArena arena;
    private MemTable memTable;

    Draft(JournalSegment segment, MemTableArena arena, MemTable memTable) {
      this.segment = segment;
      this.arena = arena;
      this.memTable = memTable;
    }
  }

  /**
   * @param largeValues which values stay in value files
   */
  Replay(ArenaPool arenas, KeyNormalizer normalizer, LargeValues largeValues) {
    this.largeValues = largeValues;
    this.arenas = arenas;
    this.normalizer = normalizer;
  }

  @Override
  public void measure(RecordEntries entries) {
    while (entries.next()) {
      measured += MemTable.nodeBytes(entries.keyLength());
      expiring |= entries.kindCode() == ValueKind.EXPIRING.code();
    }
  }

  @Override
  public void entries(
      JournalSegment segment, RecordEntries entries, long offset, long firstSequence, int count) {
    Draft draft = draft(segment);
    if (measured > 0) {
      reserve(draft, measured);
      measured = 0;
    }
    inserter.insert(draft.memTable, entries, offset - entries.recordOffset(), firstSequence);
  }

  @Override
  public void voided(JournalSegment segment, int count) {
    draft(segment);
  }

  private Draft draft(JournalSegment segment) {
    Draft last = drafts.isEmpty() ? null : drafts.getLast();
    return last == null || last.segment != segment ? begin(segment, last) : last;
  }

  /** The generations, oldest first. Each takes over recovery's reference to its segment. */
  List<Generation> finish(RecoveredJournal recovered, Journal journal) {
    assert recovered.segments().size() == drafts.size();
    return drafts.stream()
        .map(d -> new Generation(d.segment, d.memTable, d.arena, arenas, journal))
        .toList();
  }

  /** Whether there are entries that expire. */
  boolean hasExpiring() {
    return expiring;
  }

  /** A normalizer made from the keys of the newest memtable. */
  KeyNormalizer normalizer() {
    return drafts.isEmpty() ? normalizer : drafts.getLast().memTable.learnNormalizer();
  }

  private Draft begin(JournalSegment segment, @Nullable Draft previous) {
    if (previous != null) {
      normalizer = previous.memTable.learnNormalizer();
    }
    // The nodes hold keys only: a segment that is large because of a value needs no large arena.
    MemTableArena arena = arenas.take(MemTable.arenaBytes(measured));
    Draft draft = new Draft(segment, arena, memTable(arena, segment));
    drafts.add(draft);
    return draft;
  }

  private MemTable memTable(MemTableArena arena, JournalSegment segment) {
    MemTable memTable = new MemTable(arena, segment.memory(), normalizer);
    memTable.count(largeValues);
    return memTable;
  }

  /**
   * Takes a budget, from a larger memtable if need be: a segment written with other options may
   * hold more entries than the usual arena.
   */
  private void reserve(Draft draft, long nodeBytes) {
    while (!draft.memTable.tryBudget(nodeBytes)) {
      MemTable small = draft.memTable;
      MemTableArena smallArena = draft.arena;
      draft.arena = arenas.take(2 * smallArena.capacityBytes() + MemTable.arenaBytes(nodeBytes));
      draft.memTable = memTable(draft.arena, draft.segment);
      copy(small, draft.memTable);
      arenas.giveBack(smallArena);
    }
  }

  private static void copy(MemTable from, MemTable to) {
    MemTableRanges ranges = from.ranges();
    if (ranges != null) {
      ranges.forEach(to::deleteRange);
    }
    try (InternalCursor cursor = from.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        if (!to.tryBudget(MemTable.nodeBytes(cursor.keyLength()))) {
          throw new AssertionError("an arena twice the size is too small");
        }
        to.insert(
            cursor.key(),
            cursor.keyOffset(),
            cursor.keyLength(),
            cursor.trailer(),
            cursor.valueOffset(),
            cursor.valueLength());
      }
    }
  }
}
