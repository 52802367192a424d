package dev.firn.engine;

import dev.firn.core.SequenceNumber;
import dev.firn.memtable.BatchSearch;
import dev.firn.memtable.MemTable;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;

/**
 * Links the entries of records into memtables; of a record with several entries, the
 * searches for their places run side by side, ahead of the inserts.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class RecordInserter {

  private final RecordEntries entries = new RecordEntries();
  private final RecordEntries ahead = new RecordEntries();
  private final BatchSearch batch = new BatchSearch();

  /**
   * Links all entries of a record.
   *
   * @param base what is added to a value's offset in the record to make its place in the segment
   * @param firstSequence the first entry's sequence
   */
  void insert(MemTable memTable, RecordBuilder record, long base, long firstSequence) {
    record.read(entries);
    if (record.count() == 1) {
      entries.next();
      insertOne(memTable, entries, base, firstSequence);
    } else {
      insert(memTable, entries, base, firstSequence);
    }
  }

  /** As the other one, for entries whose reader stands before the first. */
  void insert(MemTable memTable, RecordEntries all, long base, long firstSequence) {
    ahead.resetTo(all);
    long sequence = firstSequence;
    int search = BatchSearch.CAPACITY;
    while (all.next()) {
      if (search == BatchSearch.CAPACITY) {
        prefetch(memTable);
        search = 0;
      }
      memTable.insert(
          all.segment(),
          all.keyOffset(),
          all.keyLength(),
          SequenceNumber.trailer(sequence++, all.kindCode()),
          base + all.valueOffset(),
          all.valueLength(),
          batch,
          search++);
    }
  }

  /** Searches for the places of the next few entries. */
  private void prefetch(MemTable memTable) {
    int count = 0;
    while (count < BatchSearch.CAPACITY && ahead.next()) {
      memTable.addSearch(ahead.segment(), ahead.keyOffset(), ahead.keyLength(), batch);
      count++;
    }
    memTable.prefetch(batch);
  }

  private static void insertOne(MemTable memTable, RecordEntries entry, long base, long sequence) {
    memTable.insert(
        entry.segment(),
        entry.keyOffset(),
        entry.keyLength(),
        SequenceNumber.trailer(sequence, entry.kindCode()),
        base + entry.valueOffset(),
        entry.valueLength());
  }
}
