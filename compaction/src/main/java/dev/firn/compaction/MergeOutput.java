package dev.firn.compaction;

import dev.firn.core.file.FileName;
import dev.firn.error.FirnException;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a merge writes. A table ends between two keys, never between two versions of one:
 *
 * <ul>
 *   <li>when it is as large as it should be;
 *   <li>when it overlaps so much of the level below that merging it there would be dear;
 *   <li>where a table lies that stays in the run, or moves into it, as it is.
 * </ul>
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> The tables are this one's until {@link #finish} returns; before that, {@link
 * #close} deletes them.
 */
final class MergeOutput implements AutoCloseable {

  private final CompactionEnvironment environment;
  private final int level;
  private final SortedKeyScan neighbours;
  private final SortedKeyScan below;
  private final long[] belowBytes;
  private final long maxBelowBytes;
  private final List<TableMetadata> finished = new ArrayList<>();
  private @Nullable TableWriter writer;
  private int neighboursPassed;
  private int belowStart;
  private boolean done;

  /**
   * @param level the level that the tables are for
   * @param neighbours the tables that will stand in the same run as they are, ascending
   * @param below the run below, ascending, empty if there is none
   * @param maxBelowBytes how many bytes of it a table may overlap
   */
  MergeOutput(
      CompactionEnvironment environment,
      Arena arena,
      int level,
      List<TableMetadata> neighbours,
      List<TableMetadata> below,
      long maxBelowBytes) {
    this.environment = environment;
    this.level = level;
    this.neighbours =
        new SortedKeyScan(arena, neighbours.stream().map(TableMetadata::smallestKey).toList());
    this.below = new SortedKeyScan(arena, below.stream().map(TableMetadata::largestKey).toList());
    this.maxBelowBytes = maxBelowBytes;
    this.belowBytes = new long[below.size() + 1];
    for (int i = 0; i < below.size(); i++) {
      belowBytes[i + 1] = belowBytes[i] + below.get(i).fileBytes();
    }
  }

  /** Says that what is added next is of another key than what was added before. */
  void nextKey(MemorySegment key, long offset, int length) {
    int nowNeighbours = neighbours.passed(key, offset, length);
    int nowBelow = below.passed(key, offset, length);
    TableWriter open = writer;
    boolean cut =
        open != null
            && (nowNeighbours != neighboursPassed
                || belowBytes[nowBelow] - belowBytes[belowStart] > maxBelowBytes
                || open.sizeBytes() >= environment.targetTableBytes());
    if (cut) {
      finishTable();
    }
    if (writer == null) {
      belowStart = nowBelow;
    }
    neighboursPassed = nowNeighbours;
  }

  /** Adds an entry whose key begins where its memory does. */
  void add(
      MemorySegment key,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    TableWriter open = writer;
    if (open == null) {
      open =
          new TableWriter(
              environment.fileSystem(),
              environment.directory(),
              environment.numbers().getAsLong(),
              environment.options().apply(level));
      writer = open;
    }
    open.add(key, 0, keyLength, trailer, value, valueOffset, valueLength);
  }

  private void finishTable() {
    TableWriter open = writer;
    if (open != null) {
      TableMetadata table = open.finish();
      writer = null;
      finished.add(table);
      environment.newTables().add(table);
    }
  }

  /** Finishes the last table and hands over all of them. */
  List<TableMetadata> finish() {
    finishTable();
    done = true;
    return List.copyOf(finished);
  }

  /** Deletes what was written, unless it was handed over. */
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
      quietly(() -> environment.newTables().drop(table));
      quietly(
          () ->
              environment
                  .fileSystem()
                  .delete(FileName.table(environment.directory(), table.number())));
    }
  }

  /** A failure to clean up must not hide why: the next open deletes what is left. */
  private static void quietly(Runnable cleanUp) {
    try {
      cleanUp.run();
    } catch (FirnException e) {
      // See above.
    }
  }
}
