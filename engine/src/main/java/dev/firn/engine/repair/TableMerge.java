package dev.firn.engine.repair;

import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Merges tables that may have entries in common, with the same key and sequence: of such entries,
 * that of the table with the largest number counts.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Owns its cursors.
 */
final class TableMerge implements AutoCloseable {

  private record Source(long number, TableCursor cursor) {

    int compare(Source other) {
      int order =
          KeyOrder.compare(
              cursor.key(),
              cursor.keyOffset(),
              cursor.keyLength(),
              cursor.trailer(),
              other.cursor.key(),
              other.cursor.keyOffset(),
              other.cursor.keyLength(),
              other.cursor.trailer());
      return order != 0 ? order : Long.compare(other.number, number);
    }
  }

  private final List<Source> sources = new ArrayList<>();

  TableMerge(List<Table> tables) {
    for (Table table : tables) {
      sources.add(new Source(table.metadata().number(), table.sequentialCursor()));
    }
  }

  /**
   * Writes all entries.
   *
   * @param trees receives the id of each entry's tree when it differs from that before
   */
  void run(NewTables output, IntConsumer trees) {
    PriorityQueue<Source> queue = new PriorityQueue<>(Source::compare);
    for (Source source : sources) {
      if (source.cursor.first()) {
        queue.add(source);
      }
    }
    byte[] lastKey = new byte[0];
    long lastSequence = -1;
    int lastTree = -1;
    for (Source next = queue.poll(); next != null; next = queue.poll()) {
      TableCursor cursor = next.cursor;
      MemorySegment key = cursor.key().asSlice(cursor.keyOffset(), cursor.keyLength());
      long sequence = SequenceNumber.sequence(cursor.trailer());
      boolean isSameKey = MemorySegment.ofArray(lastKey).mismatch(key) < 0;
      if (!isSameKey || sequence != lastSequence) {
        int tree = StoreKey.tree(key, 0);
        if (tree != lastTree) {
          trees.accept(tree);
          lastTree = tree;
        }
        output.add(
            cursor.key(),
            cursor.keyOffset(),
            cursor.keyLength(),
            cursor.trailer(),
            cursor.value(),
            cursor.valueOffset(),
            cursor.valueLength());
        lastKey = isSameKey ? lastKey : key.toArray(ValueLayout.JAVA_BYTE);
        lastSequence = sequence;
      }
      if (cursor.next()) {
        queue.add(next);
      }
    }
  }

  @Override
  public void close() {
    sources.forEach(source -> source.cursor.close());
  }
}
