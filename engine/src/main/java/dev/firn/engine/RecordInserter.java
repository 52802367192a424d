package dev.firn.engine;

import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.memtable.BatchSearch;
import dev.firn.memtable.MemTable;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;

/**
 * Links the entries of records into memtables. The searches for the places of several entries run
 * together, so that their cache misses overlap; then the entries are linked one by one. Ranges are
 * added to the memtable's range tombstones.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class RecordInserter {

  private final RecordEntries entries = new RecordEntries();
  private final RecordEntries ahead = new RecordEntries();
  private final BatchSearch searches = new BatchSearch();

  /**
   * Links all entries of a record.
   *
   * @param base difference between a value's offset in the segment and in the record
   * @param firstSequence the sequence of the first entry
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

  /** Cuts the known gaps at each key that a record puts. */
  void cut(KnownGaps gaps, RecordBuilder record) {
    record.read(entries);
    while (entries.next()) {
      if (ReadMoment.mayBeValue(SequenceNumber.trailer(0, entries.kindCode()))) {
        gaps.cut(entries.segment(), entries.keyOffset(), entries.keyLength());
      }
    }
  }

  /**
   * Links all entries of a record that is read from the journal.
   *
   * @param all a reader before the first entry
   * @param base difference between a value's offset in the segment and in the reader
   * @param firstSequence the sequence of the first entry
   */
  void insert(MemTable memTable, RecordEntries all, long base, long firstSequence) {
    ahead.resetTo(all);
    long sequence = firstSequence;
    int search = BatchSearch.CAPACITY;
    while (all.next()) {
      if (search == BatchSearch.CAPACITY) {
        searchNext(memTable);
        search = 0;
      }
      if (isRange(all)) {
        memTable.deleteRange(all.range(sequence++));
        search++;
        continue;
      }
      memTable.insert(
          all.segment(),
          all.keyOffset(),
          all.keyLength(),
          SequenceNumber.trailer(sequence++, all.kindCode()),
          base + all.valueOffset(),
          all.valueLength(),
          searches,
          search++);
    }
  }

  /** Searches for the places of the next entries, at most {@link BatchSearch#CAPACITY}. */
  private void searchNext(MemTable memTable) {
    int count = 0;
    while (count < BatchSearch.CAPACITY && ahead.next()) {
      memTable.addSearch(ahead.segment(), ahead.keyOffset(), ahead.keyLength(), searches);
      count++;
    }
    memTable.prefetch(searches);
  }

  private static boolean isRange(RecordEntries entry) {
    return entry.kindCode() == ValueKind.RANGE_DELETE.code();
  }

  private static void insertOne(MemTable memTable, RecordEntries entry, long base, long sequence) {
    if (isRange(entry)) {
      memTable.deleteRange(entry.range(sequence));
      return;
    }
    memTable.insert(
        entry.segment(),
        entry.keyOffset(),
        entry.keyLength(),
        SequenceNumber.trailer(sequence, entry.kindCode()),
        base + entry.valueOffset(),
        entry.valueLength());
  }
}
