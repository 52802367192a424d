package dev.firn.transaction;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.engine.KeyBuffer;
import dev.firn.engine.ScanOverlay;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;
import dev.firn.wal.RecordMark;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has written: a journal record that is being built, and a sorted index over it
 * for the transaction's own reads.
 *
 * <p>The record is what commit copies into the journal, as for a batch. The index is a memtable
 * over the record's bytes, in place of a journal segment's. It is brought up to date when something
 * is read, so a transaction that does not read after it has written has none. Entry n of the record
 * has the sequence {@link SequenceNumber#FIRST_OWN} + n.
 *
 * <p>Record and index grow by moving to larger memory. What they leave stays as it is for open
 * cursors, and the collector frees it. A cursor sees the entries up to the one that was the last
 * when it was opened.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class WriteSet {

  private static final long FIRST_INDEX_BYTES = 8 * 1024;

  /** Memory up to this size is kept for other transactions. */
  private static final long KEPT_BYTES = 64 * 1024;

  private final RecordBuilder record = RecordBuilder.collected();
  private final RecordEntries entries = new RecordEntries();

  private @Nullable MemTableArena arena;

  /** Null if it is not made yet, or has entries that the record has not. */
  private @Nullable MemTable index;

  /** The record's memory that the index is over. */
  private MemorySegment indexed = MemorySegment.NULL;

  /** The end of the record's entries that are in the index. */
  private RecordMark indexedTo = RecordMark.START;

  /** Whether a cursor may still read the memory of record and index. */
  private boolean shared;

  RecordBuilder record() {
    return record;
  }

  boolean isEmpty() {
    return record.isEmpty();
  }

  /**
   * Finds the last write to a key, of any kind; the value is in the record's memory.
   *
   * @return whether there is one
   */
  boolean find(KeyBuffer key, EntryRef out) {
    MemorySegment memory = key.memory();
    int length = key.length();
    long hash = KeyHash.of(memory, 0, length);
    return !isEmpty() && index().get(memory, 0, length, hash, SequenceNumber.MAX_TRAILER, out);
  }

  /** The entries for a scan that sees those written so far; null if there are none. */
  @Nullable ScanOverlay overlay() {
    if (isEmpty()) {
      return null;
    }
    MemTable current = index();
    shared = true;
    return new ScanOverlay(current.cursor(), current.ranges(), sequence(record.count()) - 1);
  }

  /** Removes the writes after a mark. */
  void cut(RecordMark mark) {
    if (indexedTo.count() > mark.count()) {
      index = null;
    }
    record.cut(mark, shared);
  }

  /** Makes it ready for another transaction; false if it is not fit for that. */
  boolean reset() {
    if (shared || record.memory().byteSize() > KEPT_BYTES || indexBytes() > KEPT_BYTES) {
      return false;
    }
    record.clear();
    index = null;
    return true;
  }

  private long indexBytes() {
    MemTableArena current = arena;
    return current == null ? 0 : current.capacityBytes();
  }

  /** The index with all entries of the record. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  private MemTable index() {
    MemTable current = index;
    if (current == null || indexed.address() != record.memory().address()) {
      current = newIndex(FIRST_INDEX_BYTES);
    }
    while (indexedTo.count() < record.count() && !addTo(current)) {
      current = newIndex(2 * indexBytes());
    }
    return current;
  }

  private MemTable newIndex(long minBytes) {
    long needed =
        record.keyBytes()
            + record.count() * MemTable.nodeBytes(0)
            + record.rangeDeletions() * MemTable.RANGE_BYTES;
    long bytes = MemTable.arenaBytes(Math.max(minBytes, 2 * needed));
    MemTableArena memory = arena;
    if (memory == null || shared || memory.capacityBytes() < bytes) {
      memory = MemTableArena.collected(bytes);
    } else {
      memory.reset();
    }
    MemTable made = new MemTable(memory, record.memory(), KeyNormalizer.none());
    arena = memory;
    index = made;
    indexed = record.memory();
    indexedTo = RecordMark.START;
    return made;
  }

  /** Adds the entries that the index has not; false if there is no room for them. */
  private boolean addTo(MemTable current) {
    RecordMark end = record.mark();
    long budget =
        end.keyBytes()
            - indexedTo.keyBytes()
            + (end.count() - indexedTo.count()) * (MemTable.nodeBytes(0) + Long.BYTES)
            + (end.rangeDeletions() - indexedTo.rangeDeletions()) * MemTable.RANGE_BYTES;
    if (!current.tryBudget(budget)) {
      return false;
    }
    record.read(entries, indexedTo);
    long sequence = sequence(indexedTo.count());
    while (entries.next()) {
      add(current, sequence++);
    }
    indexedTo = end;
    return true;
  }

  private void add(MemTable current, long sequence) {
    if (entries.kindCode() == ValueKind.RANGE_DELETE.code()) {
      current.deleteRange(entries.range(sequence));
      return;
    }
    current.insert(
        entries.segment(),
        entries.keyOffset(),
        entries.keyLength(),
        SequenceNumber.trailer(sequence, entries.kindCode()),
        entries.valueOffset(),
        entries.valueLength());
  }

  private static long sequence(int entry) {
    return SequenceNumber.FIRST_OWN + entry;
  }
}
