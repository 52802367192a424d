package dev.firn.engine.repair;

import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import dev.firn.sstable.ValueReference;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Merges tables that may have entries in common, with the same key and sequence: of such entries,
 * that of the table with the largest number counts. A table is open while its keys are merged.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Owns the open tables.
 */
final class TableMerge implements AutoCloseable {

  /**
   * A table to be merged.
   *
   * @param number its number
   * @param smallestKey its first key
   * @param opener opens it
   */
  record Source(long number, byte[] smallestKey, Supplier<Table> opener) {}

  /** An open table. */
  private record Open(long number, Table table, TableCursor cursor) {

    int compare(Open other) {
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

    MemorySegment key() {
      return cursor.key().asSlice(cursor.keyOffset(), cursor.keyLength());
    }

    void close() {
      cursor.close();
      table.release();
    }
  }

  private final Deque<Source> waiting = new ArrayDeque<>();
  private final PriorityQueue<Open> open = new PriorityQueue<>(Open::compare);

  private final SalvagedValues values;

  /**
   * @param values the values that the tables refer to
   */
  TableMerge(List<Source> sources, SalvagedValues values) {
    this.values = values;
    sources.stream()
        .sorted(Comparator.comparing(Source::smallestKey, Arrays::compareUnsigned))
        .forEach(waiting::add);
  }

  /**
   * Writes all entries.
   *
   * @param trees receives the id of each entry's tree when it differs from that before
   */
  void run(OutputTables output, IntConsumer trees) {
    byte[] lastKey = new byte[0];
    long lastSequence = -1;
    int lastTree = -1;
    openReached();
    while (!open.isEmpty()) {
      Open next = open.remove();
      boolean more = false;
      try {
        TableCursor cursor = next.cursor;
        MemorySegment key = next.key();
        long sequence = SequenceNumber.sequence(cursor.trailer());
        boolean isSameKey = MemorySegment.ofArray(lastKey).mismatch(key) < 0;
        if (!isSameKey || sequence != lastSequence) {
          int tree = StoreKey.tree(key, 0);
          if (tree != lastTree) {
            trees.accept(tree);
            lastTree = tree;
          }
          if (write(cursor, output)) {
            lastKey = isSameKey ? lastKey : key.toArray(ValueLayout.JAVA_BYTE);
            lastSequence = sequence;
          }
        }
        more = cursor.next();
      } finally {
        if (!more) {
          next.close();
        }
      }
      if (more) {
        open.add(next);
      }
      openReached();
    }
  }

  /** Writes an entry, with its value; false if that is lost, which an older copy may have. */
  private boolean write(TableCursor cursor, OutputTables output) {
    MemorySegment key = cursor.key();
    long keyOffset = cursor.keyOffset();
    int keyLength = cursor.keyLength();
    long trailer = cursor.trailer();
    if (!SalvagedValues.isReference(trailer)) {
      output.add(
          key,
          keyOffset,
          keyLength,
          trailer,
          cursor.value(),
          cursor.valueOffset(),
          cursor.valueLength());
      return true;
    }
    ValueReference reference = ValueReference.read(cursor.value(), cursor.valueOffset());
    MemorySegment value = values.value(key, keyOffset, keyLength, trailer, reference);
    if (value == null) {
      return false;
    }
    long put = SequenceNumber.trailer(SequenceNumber.sequence(trailer), ValueKind.PUT.code());
    output.add(key, keyOffset, keyLength, put, value, 0, value.byteSize());
    return true;
  }

  /** Opens the tables whose first key the merge has reached. */
  private void openReached() {
    while (!waiting.isEmpty() && isReached(waiting.getFirst())) {
      Source source = waiting.removeFirst();
      Table table = source.opener.get();
      TableCursor cursor = table.sequentialCursor();
      Open opened = new Open(source.number, table, cursor);
      boolean valid = false;
      try {
        valid = cursor.first();
      } finally {
        if (!valid) {
          opened.close();
        }
      }
      if (valid) {
        open.add(opened);
      }
    }
  }

  private boolean isReached(Source source) {
    Open next = open.peek();
    return next == null
        || Arrays.compareUnsigned(source.smallestKey, next.key().toArray(ValueLayout.JAVA_BYTE))
            <= 0;
  }

  @Override
  public void close() {
    open.forEach(Open::close);
  }
}
