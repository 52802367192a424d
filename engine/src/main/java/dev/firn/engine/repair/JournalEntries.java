package dev.firn.engine.repair;

import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.wal.RecordEntries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The entries of a journal segment in memory, to be written to a table.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Owns the memory.
 */
final class JournalEntries implements AutoCloseable {

  /** An entry: the key and then the value are at the start of its memory. */
  private record Entry(MemorySegment memory, int keyLength, long trailer, long valueLength) {}

  private final Arena arena = Arena.ofShared();
  private final List<Entry> entries = new ArrayList<>();
  private final RangeFragmenter ranges = new RangeFragmenter();
  private final IntConsumer trees;

  /**
   * @param trees receives the id of the tree of each entry
   */
  JournalEntries(IntConsumer trees) {
    this.trees = trees;
  }

  /** Adds the entries of a record. */
  void add(RecordEntries record, long firstSequence) {
    long sequence = firstSequence;
    while (record.next()) {
      if (record.kindCode() == ValueKind.RANGE_DELETE.code()) {
        trees.accept(StoreKey.tree(record.segment(), record.keyOffset()));
        ranges.add(record.range(sequence++));
        continue;
      }
      long bytes = record.keyLength() + record.valueLength();
      MemorySegment copy = arena.allocate(bytes);
      MemorySegment.copy(record.segment(), record.keyOffset(), copy, 0, bytes);
      long trailer = SequenceNumber.trailer(sequence++, record.kindCode());
      trees.accept(StoreKey.tree(copy, 0));
      entries.add(new Entry(copy, record.keyLength(), trailer, record.valueLength()));
    }
  }

  /** Writes all entries in their order. */
  void writeTo(OutputTables tables) {
    entries.sort(
        (a, b) ->
            KeyOrder.compare(
                a.memory, 0, a.keyLength, a.trailer, b.memory, 0, b.keyLength, b.trailer));
    tables.setRanges(ranges.build(RangeRetention.ALL));
    for (Entry entry : entries) {
      tables.add(
          entry.memory,
          0,
          entry.keyLength,
          entry.trailer,
          entry.memory,
          entry.keyLength,
          entry.valueLength);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
