package dev.firn.engine;

import dev.firn.core.InternalCursor;
import dev.firn.core.range.RangeCover;
import dev.firn.core.range.RangeSource;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableCursor;
import dev.firn.version.MergingCursor;
import dev.firn.version.PrefixWindow;
import dev.firn.version.RunCursor;
import dev.firn.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a scan, merged: a cursor over each memtable and run of a view that may have keys
 * of the scan's range. The cursors are reused from scan to scan. Those over runs open a table when
 * they are moved to it, not before.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> Owns the cursors. The
 * view is held while they do not rest.
 */
final class ScanSources {

  /** The maximum of cursors, and of bytes of their memory, that are kept for other scans. */
  private static final int MODEST_CURSORS = 64;

  private static final long MODEST_BYTES = 256 * 1024;

  private final MergingCursor merged;
  private final KeyBuffer bound;
  private final List<MemTableCursor> memTables = new ArrayList<>();
  private final List<RunCursor> runs = new ArrayList<>();

  /** The range tombstones of each cursor that does not rest, in their order; null without any. */
  private final List<@Nullable RangeSource> ranges = new ArrayList<>();

  /** Whether one of them is not null. */
  private boolean hasRanges;

  /** The number of cursors over memtables that do not rest. */
  private int openMemTables;

  /** The number of cursors over runs that do not rest. */
  private int openRuns;

  /**
   * @param bound work memory, as the window is
   */
  ScanSources(PrefixWindow window, KeyBuffer bound) {
    this.merged = new MergingCursor(window);
    this.bound = bound;
  }

  /**
   * All entries of a view in a range, and some outside of it. Called while all cursors rest, and
   * after the sequence of the scan was taken: entries that are added later are not in the scan.
   *
   * @param overlay entries over those of the view; null for none
   */
  InternalCursor open(ReadView view, ScanRange range, @Nullable ScanOverlay overlay) {
    if (overlay != null) {
      add(overlay.entries(), overlay.visibleRanges());
    }
    openMemTables(view.generations(), range.upper());
    openRuns(view.version(), range.lower(), range.upper());
    return merged;
  }

  /**
   * The range tombstones of the view that is open; null if there are none. A source with range
   * tombstones is never left out.
   */
  @Nullable ScanRanges ranges(long sequence) {
    return hasRanges
        ? new ScanRanges(
            new RangeCover(ranges.toArray(RangeSource[]::new), sequence), merged, bound)
        : null;
  }

  private void add(InternalCursor source, @Nullable RangeSource deleted) {
    merged.add(source);
    ranges.add(deleted);
    hasRanges |= deleted != null;
  }

  /** The merge of the sources, which are none while all cursors rest. */
  InternalCursor merged() {
    return merged;
  }

  private void openMemTables(Generation[] generations, KeyBuffer upper) {
    int open = 0;
    for (Generation generation : generations) {
      MemTable memTable = generation.memTable();
      if (isNeeded(memTable, upper)) {
        if (open == memTables.size()) {
          memTables.add(memTable.cursor());
        } else {
          memTable.turn(memTables.get(open));
        }
        add(memTables.get(open++), memTable.ranges());
      }
    }
    openMemTables = open;
  }

  /**
   * Whether all memtables that have keys before an upper bound by now were opened; the bound is
   * that of the range.
   */
  boolean areComplete(ReadView view, KeyBuffer upper) {
    int needed = 0;
    for (Generation generation : view.generations()) {
      needed += isNeeded(generation.memTable(), upper) ? 1 : 0;
    }
    return needed == openMemTables;
  }

  private static boolean isNeeded(MemTable memTable, KeyBuffer upper) {
    return memTable.ranges() != null || memTable.startsBefore(upper.memory(), 0, upper.length());
  }

  private void openRuns(Version version, KeyBuffer lower, KeyBuffer upper) {
    int count = version.runs();
    for (int run = next(version, 0, lower, upper);
        run < count;
        run = next(version, run + 1, lower, upper)) {
      if (openRuns == runs.size()) {
        runs.add(new RunCursor());
      }
      RunCursor cursor = runs.get(openRuns++);
      version.turn(cursor, run);
      add(cursor, version.ranges(run));
    }
  }

  private static int next(Version version, int from, KeyBuffer lower, KeyBuffer upper) {
    return version.runOf(from, lower.memory(), lower.length(), upper.memory(), upper.length());
  }

  /** Leaves the view: afterwards no cursor needs it. */
  void rest() {
    merged.clear();
    ranges.clear();
    hasRanges = false;
    openMemTables = 0;
    while (openRuns > 0) {
      runs.get(openRuns - 1).rest();
      openRuns--;
    }
  }

  /** Whether it is small enough to be kept for other scans. */
  boolean isModest() {
    long bytes = 0;
    for (int i = 0; i < runs.size(); i++) {
      bytes += runs.get(i).memoryBytes();
    }
    return bytes <= MODEST_BYTES && memTables.size() + runs.size() <= MODEST_CURSORS;
  }

  /** Gives the memory of the cursors back. */
  void close() {
    runs.forEach(RunCursor::close);
  }
}
