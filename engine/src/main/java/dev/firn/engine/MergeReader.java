package dev.firn.engine;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.merge.OperandChain;
import dev.firn.core.range.RangeSource;
import dev.firn.error.MergeException;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableCursor;
import dev.firn.memtable.MemTableRanges;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Makes the value of a key whose newest visible entry is a merge operand: searches on for older
 * entries, from the sequence below each one, until one of them is a value, a deletion or a range
 * tombstone, or there is none; and applies the operands to it.
 *
 * <p>No other read comes here. A view has each entry once, also while a flush is installed, so no
 * operand counts twice.
 *
 * <p><b>Threading.</b> Any number of threads, each with memory of its own; no locks.
 */
final class MergeReader {

  /** Operands of one memtable that are searched for; further ones are walked to. */
  private static final int FEW = 4;

  private final TreeOperators operators;
  private final Health health;

  MergeReader(TreeOperators operators, Health health) {
    this.operators = operators;
    this.health = health;
  }

  /** Reads stores without merge operands. */
  static MergeReader none(Health health) {
    return new MergeReader(new TreeOperators(health), health);
  }

  /**
   * Points an entry that is an operand at the value that it and the older entries make. The entry
   * holds the value until it is released.
   *
   * @param key holds the entry's store key
   * @param view the view that was searched, pinned
   * @param moment the reader's
   * @throws MergeException when the operator fails
   */
  void resolve(
      ReadView view,
      MemorySegment key,
      long offset,
      int length,
      EntryRef entry,
      ReadMoment moment,
      MergeMemory memory) {
    long newest = SequenceNumber.sequence(entry.trailer());
    byte[] result = new Chain(view, key, offset, length, entry, moment, memory).value();
    MergeMemory.Value value = memory.hold(result);
    long put = SequenceNumber.trailer(newest, ValueKind.PUT.code());
    entry.set(put, value.segment(), 0, value.length());
    entry.pin(value);
  }

  /**
   * The value that the entries of a key make from a sequence on, the newest of which is an operand.
   *
   * @param key holds the store key, from its start
   * @param moment the reader's
   */
  MergeMemory.Value value(
      ReadView view,
      MemorySegment key,
      int length,
      long sequence,
      ReadMoment moment,
      MergeMemory memory) {
    EntryRef entry = new EntryRef();
    Chain chain = new Chain(view, key, 0, length, entry, moment, memory);
    try {
      return memory.hold(chain.valueFrom(sequence));
    } finally {
      entry.release();
    }
  }

  /** The entries of one key, from the newest operand on. */
  private final class Chain {

    private final ReadView view;
    private final MemorySegment key;
    private final long offset;
    private final int length;
    private final EntryRef entry;
    private final ReadMoment moment;
    private final MergeMemory memory;
    private final OperandChain chain;
    private byte @Nullable [] base;

    /** The largest trailer of the next older entry. */
    private long trailer;

    Chain(
        ReadView view,
        MemorySegment key,
        long offset,
        int length,
        EntryRef entry,
        ReadMoment moment,
        MergeMemory memory) {
      this.view = view;
      this.key = key;
      this.offset = offset;
      this.length = length;
      this.entry = entry;
      this.moment = moment;
      this.memory = memory;
      this.chain = memory.chain();
    }

    /** The value, if the entry is the newest operand. */
    byte[] value() {
      begin();
      if (take()) {
        searchOn();
      }
      return applied();
    }

    /** The value that a reader at a sequence sees. */
    byte[] valueFrom(long sequence) {
      begin();
      trailer = SequenceNumber.seekTrailer(sequence);
      searchOn();
      return applied();
    }

    private void begin() {
      chain.begin(userKey(), operators.of(StoreKey.tree(key, offset)));
    }

    private byte[] userKey() {
      byte[] copy = new byte[length - StoreKey.TREE_BYTES];
      long from = offset + StoreKey.TREE_BYTES;
      MemorySegment.copy(key, ValueLayout.JAVA_BYTE, from, copy, 0, copy.length);
      return copy;
    }

    private void searchOn() {
      long hash = KeyHash.of(key, offset, length);
      for (Generation generation : view.generations()) {
        if (!searchOn(generation.memTable(), hash)) {
          return;
        }
      }
      while (view.version().get(key, offset, length, hash, trailer, memory.predictor(), entry)) {
        if (!take()) {
          return;
        }
      }
    }

    /** Takes the operands of a memtable; returns whether older sources may have more. */
    private boolean searchOn(MemTable memTable, long hash) {
      for (int found = 0; found < FEW; found++) {
        if (!memTable.get(key, offset, length, hash, trailer, entry)) {
          return true;
        }
        if (!take()) {
          return false;
        }
      }
      return walk(memTable);
    }

    private boolean walk(MemTable memTable) {
      MemTableRanges ranges = memTable.ranges();
      long sequence = SequenceNumber.sequence(trailer);
      long deletion =
          ranges == null ? RangeSource.NONE : ranges.newest(key, offset, length, sequence);
      try (MemTableCursor cursor = memTable.cursor()) {
        for (boolean more = cursor.seek(key, offset, length, trailer);
            more && isOfKey(cursor) && SequenceNumber.sequence(cursor.trailer()) > deletion;
            more = cursor.next()) {
          entry.set(cursor.trailer(), cursor.value(), cursor.valueOffset(), cursor.valueLength());
          if (!take()) {
            return false;
          }
        }
      }
      return deletion == RangeSource.NONE;
    }

    private boolean isOfKey(MemTableCursor cursor) {
      return cursor.keyLength() == length
          && KeyOrder.compare(cursor.key(), cursor.keyOffset(), length, key, offset, length) == 0;
    }

    /** Takes the entry found, and releases it; returns whether older entries count as well. */
    private boolean take() {
      long found = entry.trailer();
      if (!ReadMoment.isOperand(found)) {
        base = baseValue();
        entry.release();
        return false;
      }
      chain.add(found, checked(), entry.offset(), entry.length());
      entry.release();
      if (chain.isLong()) {
        combine();
      }
      long sequence = SequenceNumber.sequence(found);
      trailer = SequenceNumber.seekTrailer(sequence - 1);
      return sequence > 0; // of a forged table
    }

    private byte @Nullable [] baseValue() {
      if (!moment.isValue(entry)) {
        return null;
      }
      PointReader.resolve(view, entry);
      FaultBarrier.pass(); // before the allocation: the length may come from a lost page
      byte[] copy = PointReader.array(entry.length(), "a read of a key without operands");
      MemorySegment.copy(checked(), ValueLayout.JAVA_BYTE, entry.offset(), copy, 0, copy.length);
      return copy;
    }

    private MemorySegment checked() {
      MemorySegment found = entry.segment();
      return health.hasFailed() ? view.checked(found, entry.offset() + entry.length()) : found;
    }

    private void combine() {
      try {
        chain.combine();
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    private byte[] applied() {
      try {
        return chain.apply(base);
      } catch (RuntimeException e) {
        throw failed(e);
      } finally {
        chain.clear();
      }
    }

    private MergeException failed(RuntimeException cause) {
      String tree = operators.describe(StoreKey.tree(key, offset));
      return MergeException.of(tree, userKey(), cause);
    }
  }
}
