package dev.firn.compaction;

import dev.firn.core.EntryBatch;
import dev.firn.core.Expiry;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstones;
import dev.firn.version.OpenValueFiles;
import dev.firn.version.TreeCatalogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Copies the entries of a cursor to tables, without garbage: entries of dropped trees, versions
 * that no reader sees, what range tombstones hide, and deletions of keys that have no older entry.
 *
 * <p>The oldest visible version of a key that has no older entry elsewhere gets sequence 0, which
 * every reader sees. Equal trailers take no space in a block, and a table whose largest sequence is
 * 0 is known to hold no old versions.
 *
 * <p>Merge operands are entries of their own to {@link Retention}: {@link OperandMerge} joins them
 * with the entries that follow, down to the next boundary.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class MergeLoop {

  private static final int ENTRIES_BETWEEN_CHECKS = 1024;
  private static final long BYTES_BETWEEN_CHECKS = 1 << 20;

  private static final int BATCH_ENTRIES = 64;
  private static final int BATCH_KEY_BYTES = 64 * 1024;

  private final CompactionEnvironment environment;
  private final TreeCatalogue trees;
  private final Retention retention;
  private final @Nullable TombstoneElision elision;
  private final CompactionOutput output;
  private final ValuePlacement placement;
  private final ValuePlacement.Written written = new ValuePlacement.Written();
  private final RangeTombstones ranges;
  private final OperandMerge operands;
  private final EntryBatch batch = new EntryBatch(BATCH_ENTRIES);

  /** The last key of the previous batch; no key is empty. */
  private final MemorySegment lastKey;

  private int lastKeyLength;
  private int lastTree;
  private boolean lastTreeIsLive;
  private boolean keyIsOut;

  /** The range tombstones that have passed: they end at or before the current key. */
  private int rangesPassed;

  /** Whether the next of them covers the key. */
  private boolean isInRange;

  private long entriesRead;
  private long entriesWritten;
  private long entriesExpired;
  private long bytesSinceCheck;

  /**
   * @param elision where older entries may exist; null for anywhere
   * @param files the value files that entries may refer to
   * @param placement where values are kept
   * @param ranges what deletes ranges of keys
   */
  MergeLoop(
      CompactionEnvironment environment,
      Arena arena,
      TreeCatalogue trees,
      @Nullable TombstoneElision elision,
      OpenValueFiles files,
      ValuePlacement placement,
      CompactionOutput output,
      RangeTombstones ranges) {
    this.placement = placement;
    this.ranges = ranges;
    this.environment = environment;
    this.trees = trees;
    this.retention = new Retention(environment.boundaries());
    this.elision = elision;
    this.output = output;
    this.lastKey = arena.allocate(StoreKey.MAX_BYTES);
    this.operands = new OperandMerge(arena, environment.mergers(), files, this::writeOperand);
  }

  /**
   * Copies all entries.
   *
   * @param beforeBatch called before every {@value #BATCH_ENTRIES} entries
   * @throws CancellationException when the environment asks for it
   */
  void run(InternalCursor entries, Runnable beforeBatch) {
    checkCancelled();
    batch.setLimit(BATCH_ENTRIES, BATCH_KEY_BYTES);
    for (boolean more = entries.first(); more; more = entries.isValid() && entries.next()) {
      beforeBatch.run();
      batch.clear();
      entries.readForward(batch, null);
      for (int i = 0; i < batch.size(); i++) {
        copy(i);
        entriesRead++;
        bytesSinceCheck += batch.keyLength(i) + (long) batch.valueLength(i);
        if (entriesRead % ENTRIES_BETWEEN_CHECKS == 0 || bytesSinceCheck > BYTES_BETWEEN_CHECKS) {
          checkCancelled();
        }
      }
      int last = batch.size() - 1;
      remember(batch.key(last), batch.keyLength(last));
    }
    endOperands(false);
    checkCancelled();
  }

  private void checkCancelled() {
    if (environment.isCancelled().getAsBoolean()) {
      throw new CancellationException("the compaction was cancelled");
    }
    bytesSinceCheck = 0;
  }

  private void copy(int entry) {
    if (!hasPreviousKey(entry)) {
      endOperands(false);
      retention.nextKey();
      keyIsOut = false;
      if (!ranges.isEmpty()) {
        isInRange = passRanges(batch.key(entry), batch.keyLength(entry));
      }
    }
    MemorySegment key = batch.key(entry);
    int length = batch.keyLength(entry);
    if (!isLive(StoreKey.tree(key, 0))) {
      return;
    }
    long trailer = batch.trailer(entry);
    if (isInRange && isDeleted(trailer)) {
      return;
    }
    Retention.Verdict verdict = retention.judge(trailer);
    if (ReadMoment.isOperand(trailer) || operands.isOpen()) {
      merge(entry, key, length, trailer, verdict);
    } else if (verdict != Retention.Verdict.DROP) {
      copy(entry, key, length, trailer, verdict);
    }
  }

  /** Copies an entry that a reader may see, and that no operand needs. */
  private void copy(
      int entry, MemorySegment key, int length, long trailer, Retention.Verdict verdict) {
    long meant = hasExpired(entry, trailer) ? expire(entry) : trailer;
    if (verdict == Retention.Verdict.KEEP || mayHaveOlder(key, length)) {
      write(entry, key, length, meant);
    } else if (ReadMoment.mayBeValue(meant)) {
      write(entry, key, length, SequenceNumber.trailer(0, SequenceNumber.kindCode(meant)));
    }
  }

  /** Whether an entry has expired for every reader that sees it. */
  private boolean hasExpired(int entry, long trailer) {
    return ReadMoment.isExpiring(trailer)
        && retention.hasExpired(
            trailer,
            Expiry.of(batch.value(entry), batch.valueOffset(entry), batch.valueLength(entry)));
  }

  /** Makes an entry a deletion; returns its trailer. */
  private long expire(int entry) {
    entriesExpired++;
    batch.expire(entry);
    return batch.trailer(entry);
  }

  /** Copies an operand, or an entry after operands of the same key. */
  private void merge(
      int entry, MemorySegment key, int length, long trailer, Retention.Verdict verdict) {
    boolean isOperand = ReadMoment.isOperand(trailer);
    if (operands.isOpen() && verdict == Retention.Verdict.DROP) {
      if (isOperand) {
        operands.add(batch, entry);
      } else {
        endOperandsAt(entry, key, length, trailer);
      }
      return;
    }
    if (operands.isOpen()) {
      endOperands(true); // this entry is below another boundary
    }
    if (!isOperand) {
      copy(entry, key, length, trailer, verdict);
    } else if (retention.isAboveAll(trailer)) {
      write(entry, key, length, trailer);
    } else if (verdict != Retention.Verdict.DROP) {
      operands.begin(key, length, verdict == Retention.Verdict.KEEP_LAST);
      operands.add(batch, entry);
    }
  }

  private void endOperandsAt(int entry, MemorySegment key, int length, long trailer) {
    boolean older = mayHaveOlder(key, length);
    long meant = hasExpired(entry, trailer) ? expire(entry) : trailer;
    boolean isNeeded = ReadMoment.mayBeValue(meant) || older || !operands.isOldest();
    if (!operands.endAt(batch, entry, older) && isNeeded) {
      write(entry, key, length, meant);
    }
  }

  /**
   * Ends the operands of the last key, if there are any.
   *
   * @param older whether an older entry of the key was read
   */
  private void endOperands(boolean older) {
    if (operands.isOpen()) {
      operands.end(older || mayHaveOlder(operands.key(), operands.keyLength()));
    }
  }

  /** Moves past the ranges before a key; returns whether the next one covers it. */
  private boolean passRanges(MemorySegment key, int length) {
    int at = rangesPassed;
    while (at < ranges.size() && KeyOrder.compare(key, 0, length, ranges.end(at)) >= 0) {
      at++;
    }
    rangesPassed = at;
    return at < ranges.size() && KeyOrder.compare(key, 0, length, ranges.start(at)) >= 0;
  }

  private boolean isDeleted(long trailer) {
    long deletion = ranges.oldestAbove(rangesPassed, SequenceNumber.sequence(trailer));
    return deletion != RangeSource.NONE && retention.isHidden(trailer, deletion);
  }

  private boolean mayHaveOlder(MemorySegment key, int length) {
    TombstoneElision older = elision;
    return older == null || older.mayContain(key, 0, length);
  }

  private void write(int entry, MemorySegment key, int keyLength, long trailer) {
    beginKey(key, keyLength);
    written.set(trailer, batch.value(entry), batch.valueOffset(entry), batch.valueLength(entry));
    written.setTree(lastTree);
    placement.place(written);
    output.add(
        key, keyLength, written.trailer(), written.memory(), written.offset(), written.length());
    entriesWritten++;
  }

  private void writeOperand(
      MemorySegment key, int keyLength, long trailer, MemorySegment value, int length) {
    beginKey(key, keyLength);
    output.add(key, keyLength, trailer, value, 0, length);
    entriesWritten++;
  }

  private void beginKey(MemorySegment key, int keyLength) {
    if (!keyIsOut) {
      keyIsOut = true;
      output.nextKey(key, 0, keyLength);
    }
  }

  /** Whether an entry has the same key as the previous entry. */
  private boolean hasPreviousKey(int entry) {
    return entry > 0
        ? batch.isSameKey(entry, entry - 1)
        : batch.compareKey(0, lastKey, 0, lastKeyLength) == 0;
  }

  private void remember(MemorySegment key, int length) {
    MemorySegment.copy(key, 0, lastKey, 0, length);
    lastKeyLength = length;
  }

  private boolean isLive(int tree) {
    if (tree != lastTree || entriesRead == 0) {
      lastTree = tree;
      lastTreeIsLive = trees.contains(tree);
    }
    return lastTreeIsLive;
  }

  long entriesRead() {
    return entriesRead;
  }

  /** Entries that had expired. */
  long entriesExpired() {
    return entriesExpired;
  }

  long entriesWritten() {
    return entriesWritten;
  }
}
