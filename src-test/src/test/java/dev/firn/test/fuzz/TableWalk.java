package dev.firn.test.fuzz;

import dev.firn.core.EntryBatch;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import java.util.ArrayList;
import java.util.List;

/** The entries that one walk over a table met, in key order; of a long table only a part. */
final class TableWalk {

  enum Way {
    FORWARD(true, false),
    BACKWARD(false, false),
    FORWARD_IN_BATCHES(true, true),
    BACKWARD_IN_BATCHES(false, true);

    private final boolean forward;
    private final boolean batches;

    Way(boolean forward, boolean batches) {
      this.forward = forward;
      this.batches = batches;
    }
  }

  private static final int MAX_ENTRIES = 400;
  private static final int MAX_BYTES = 1 << 20;
  private static final int BATCH = 16;

  private final Way way;
  private final List<TableEntry> entries = new ArrayList<>();
  private long bytes;

  private TableWalk(Way way) {
    this.way = way;
  }

  /**
   * Walks over a table as far as it is readable.
   *
   * @param fillCache as for {@link Table#cursor(boolean)}
   */
  static TableWalk over(Table table, Way way, boolean fillCache) {
    TableWalk walk = new TableWalk(way);
    try (TableCursor cursor = table.cursor(fillCache)) {
      if (way.batches) {
        walk.batches(cursor);
      } else {
        walk.steps(cursor);
      }
    }
    return walk;
  }

  private void steps(TableCursor cursor) {
    boolean more = way.forward ? cursor.first() : cursor.last();
    while (more && !isCutShort()) {
      add(TableEntry.of(cursor));
      more = way.forward ? cursor.next() : cursor.prev();
    }
  }

  private void batches(TableCursor cursor) {
    EntryBatch batch = new EntryBatch(BATCH);
    boolean more = way.forward ? cursor.first() : cursor.last();
    while (more && !isCutShort()) {
      batch.clear();
      if (way.forward) {
        cursor.readForward(batch, null);
      } else {
        cursor.readBackward(batch, null);
      }
      Limits.check(batch.size() > 0, "a batch without the current entry");
      for (int i = 0; i < batch.size() && !isCutShort(); i++) {
        add(TableEntry.of(batch, i));
      }
      more = cursor.isValid() && (way.forward ? cursor.next() : cursor.prev());
    }
  }

  private void add(TableEntry entry) {
    entries.add(entry);
    bytes += entry.key().length + entry.valueLength();
  }

  /** Whether the walk ended at a limit. */
  boolean isCutShort() {
    return entries.size() >= MAX_ENTRIES || bytes >= MAX_BYTES;
  }

  /** The entries in key order. */
  List<TableEntry> entries() {
    return way.forward ? entries : entries.reversed();
  }
}
