package dev.firn.compaction;

import dev.firn.core.StoreKey;
import dev.firn.core.file.FileName;
import dev.firn.core.range.RangeTombstones;
import dev.firn.error.FirnException;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a compaction or flush writes. A table ends between two keys, never between two
 * versions of one key:
 *
 * <ul>
 *   <li>at the target size, or when it has as many keys or blocks as a table may have;
 *   <li>at the target size;
 *   <li>at the maximum memory of its index and filter;
 *   <li>when it overlaps the max bytes of the level below, which a later compaction would rewrite;
 *   <li>at a table of the run that is not rewritten;
 *   <li>where the environment says so.
 * </ul>
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> Owns the tables until {@link #finish} returns; before that, {@link #close}
 * deletes them.
 */
final class CompactionOutput implements AutoCloseable {

  private final CompactionEnvironment.Outputs outputs;
  private final Deque<Arena> memory;
  private final int level;
  private final List<TableMetadata> neighbourTables;
  private final SortedKeyScan neighbours;
  private final SortedKeyScan below;
  private final SortedKeyScan cuts;

  /** Bytes of the tables of the run below that precede each of them. */
  private final long[] belowBytes;

  private final long maxOverlapBytes;
  private final Predicate<TableWriter> isFull;
  private final OutputOrigin origin;
  private final List<TableMetadata> finished = new ArrayList<>();
  private @Nullable TableWriter writer;
  private long deletionsSince;
  private int neighboursPassed;
  private int cutsPassed;
  private int belowStart;
  private boolean done;
  private RangeTombstones ranges = RangeTombstones.EMPTY;
  private ToLongFunction<RangeTombstones> coveredBytes = part -> 0;

  /** The first key of the range tombstones that are not in a table yet; null for all. */
  private byte @Nullable [] rangesFrom;

  /**
   * @param memory receives the arena of the table that is being written, so that the caller can
   *     close it when {@link #close} fails
   * @param level the level that the tables are for
   * @param neighbours the tables of the same run that are not rewritten, in the range of the keys
   *     and one on either side, ascending
   * @param below the tables of the run below, ascending; empty if there is none
   * @param maxOverlapBytes max bytes of the run below that a table may overlap
   * @param origin what the tables say of the state that they are written for
   */
  CompactionOutput(
      CompactionEnvironment.Outputs outputs,
      Arena arena,
      Deque<Arena> memory,
      int level,
      List<TableMetadata> neighbours,
      List<TableMetadata> below,
      long maxOverlapBytes,
      OutputOrigin origin) {
    this(
        outputs,
        arena,
        memory,
        level,
        neighbours,
        below,
        maxOverlapBytes,
        origin,
        TableWriter::isFull);
  }

  /**
   * As the other constructor.
   *
   * @param isFull whether a table ends at the next key, whatever its size
   */
  CompactionOutput(
      CompactionEnvironment.Outputs outputs,
      Arena arena,
      Deque<Arena> memory,
      int level,
      List<TableMetadata> neighbours,
      List<TableMetadata> below,
      long maxOverlapBytes,
      OutputOrigin origin,
      Predicate<TableWriter> isFull) {
    this.isFull = isFull;
    this.outputs = outputs;
    this.origin = origin;
    this.memory = memory;
    this.level = level;
    this.neighbourTables = neighbours;
    this.neighbours =
        new SortedKeyScan(arena, neighbours.stream().map(TableMetadata::smallestKey).toList());
    this.below = new SortedKeyScan(arena, below.stream().map(TableMetadata::largestKey).toList());
    this.cuts = new SortedKeyScan(arena, outputs.cuts());
    this.maxOverlapBytes = maxOverlapBytes;
    this.belowBytes = new long[below.size() + 1];
    for (int i = 0; i < below.size(); i++) {
      belowBytes[i + 1] = belowBytes[i] + below.get(i).fileBytes();
    }
  }

  /** See {@link TableWriter#setDeletionsSince}. */
  void setDeletionsSince(long seconds) {
    deletionsSince = seconds;
  }

  /**
   * Sets the range tombstones that the tables have: each those between its first key and that of
   * the next table.
   *
   * @param estimate gives the bytes of older tables that some of them cover
   */
  void setRanges(RangeTombstones tombstones, ToLongFunction<RangeTombstones> estimate) {
    ranges = tombstones;
    coveredBytes = estimate;
  }

  /** Starts the entries of another key. */
  void nextKey(MemorySegment key, long offset, int length) {
    int nowNeighbours = neighbours.passed(key, offset, length);
    int nowBelow = below.passed(key, offset, length);
    int nowCuts = cuts.passed(key, offset, length) + (cuts.isOnKey() ? 1 : 0);
    passNeighbours(nowNeighbours);
    TableWriter open = writer;
    if (open != null
        && (nowCuts != cutsPassed
            || belowBytes[nowBelow] - belowBytes[belowStart] > maxOverlapBytes
            || open.sizeBytes() >= outputs.targetTableBytes()
            || isFull.test(open)
            || open.bufferBytes() >= outputs.maxBufferBytes())) {
      finishTable(StoreKey.successor(open.lastKey()));
    }
    if (writer == null) {
      belowStart = nowBelow;
    }
    cutsPassed = nowCuts;
  }

  /** Ends tables at neighbours, also those that have range tombstones alone. */
  private void passNeighbours(int passed) {
    for (; neighboursPassed < passed; neighboursPassed++) {
      endAt(neighbourTables.get(neighboursPassed).smallestKey());
    }
  }

  /** Puts the range tombstones before a key into a table, and finishes it; null means all. */
  private void endAt(byte @Nullable [] end) {
    if (writer == null && !ranges.clip(rangesFrom, end).isEmpty()) {
      begin();
    }
    finishTable(end);
  }

  /** Adds an entry whose key starts at offset 0 of its segment. */
  void add(
      MemorySegment key,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    TableWriter open = writer;
    if (open == null) {
      open = begin();
    }
    open.add(key, 0, keyLength, trailer, value, valueOffset, valueLength);
  }

  private TableWriter begin() {
    long number = outputs.numbers().getAsLong();
    Arena arena = Arena.ofShared();
    memory.push(arena);
    TableWriter open =
        new TableWriter(
            outputs.fileSystem(),
            outputs.directory(),
            number,
            outputs.pendingOutputs().newTableId(number),
            outputs.options().apply(level),
            outputs.limits(),
            outputs.memory().arena(arena));
    writer = open;
    return open;
  }

  /**
   * Finishes the table, if there is one.
   *
   * @param end the end of its range tombstones; null for that of all
   */
  private void finishTable(byte @Nullable [] end) {
    TableWriter open = writer;
    if (open != null) {
      RangeTombstones part = ranges.clip(rangesFrom, end);
      rangesFrom = end;
      if (!part.isEmpty()) {
        open.setRanges(part, coveredBytes.applyAsLong(part));
      }
      open.setDeletionsSince(deletionsSince);
      TableMetadata table = open.finish(origin.of(open.firstTree(), open.lastTree()));
      writer = null;
      memory.clear();
      finished.add(table);
      outputs.pendingOutputs().add(table);
    }
  }

  /** Finishes the last table and hands all tables over to the caller. */
  List<TableMetadata> finish() {
    passNeighbours(neighbourTables.size());
    endAt(null);
    List<TableMetadata> tables = ShortBounds.of(List.copyOf(finished), neighbourTables);
    done = true;
    return tables;
  }

  /** Deletes the tables unless they were handed over. */
  @Override
  public void close() {
    if (done) {
      return;
    }
    done = true;
    TableWriter open = writer;
    if (open != null) {
      quietly(open::abandon);
    }
    for (TableMetadata table : finished) {
      quietly(() -> outputs.pendingOutputs().drop(table));
      quietly(
          () -> outputs.fileSystem().delete(FileName.table(outputs.directory(), table.number())));
    }
  }

  /** A failed cleanup must not hide the cause: the next open deletes the remaining files. */
  private static void quietly(Runnable cleanUp) {
    try {
      cleanUp.run();
    } catch (FirnException e) {
      // See above.
    }
  }
}
