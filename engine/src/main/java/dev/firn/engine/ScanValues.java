package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.sstable.ValueReference;
import dev.firn.version.OpenValueFiles;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The values of a scan that are in value files, or that merge operands make. A value is looked up
 * when it is asked for: a scan of keys does not touch them. A scan of values has the values of each
 * further batch loaded ahead, if they are in value files.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The cursor holds the
 * files that it passes.
 */
final class ScanValues {

  private final EntryBatch entries;
  private final MergeReader merges;
  private final ReadMoment moment;
  private final MergeMemory mergeMemory = new MergeMemory();

  /** The last value that operands made. */
  private MergeMemory.@Nullable Value merged;

  /** Whether the batch may have entries without their value. */
  private boolean present;

  /** Whether a value of the preceding batches was asked for. */
  private boolean wanted;

  /**
   * @param entries the batches of the scan
   * @param moment the scan's
   */
  ScanValues(EntryBatch entries, MergeReader merges, ReadMoment moment) {
    this.entries = entries;
    this.merges = merges;
    this.moment = moment;
  }

  /** Called when the batch has been filled: loads its values if the scan reads values. */
  void enter(OpenValueFiles files) {
    present = entries.mayLackValues();
    if (present && wanted) {
      prefetch(files);
    }
  }

  private void prefetch(OpenValueFiles files) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.isReference(i)) {
        ValueReference reference = reference(i);
        files.file(reference).prefetch(reference);
      }
    }
  }

  /** Whether an entry of the batch does not have its value. */
  boolean isElsewhere(int entry) {
    return present && (entries.isReference(entry) || entries.isOperand(entry));
  }

  /** Whether the value of an entry of the batch must be made from operands. */
  boolean isMerged(int entry) {
    return present && entries.isOperand(entry);
  }

  /**
   * Puts the value in the place of the reference to it, or of the operand that makes it.
   *
   * @param view the view of the scan
   * @throws dev.firn.error.CorruptionException when the value is not what was written
   * @throws dev.firn.error.MergeException when a merge operator fails
   */
  void resolve(int entry, ReadView view) {
    if (entries.isOperand(entry)) {
      merge(entry, view);
      return;
    }
    wanted = true;
    OpenValueFiles files = view.version().valueFiles();
    MemorySegment memory = entries.value(entry);
    long at = entries.valueOffset(entry);
    MemorySegment value = files.value(memory, at, entries.valueLength(entry));
    long offset = ValueReference.offset(memory, at);
    entries.resolve(entry, value, offset, ValueReference.length(memory, at));
  }

  private void merge(int entry, ReadView view) {
    MergeMemory.Value last = merged;
    merged = null;
    if (last != null) {
      last.release();
    }
    long sequence = SequenceNumber.sequence(entries.trailer(entry));
    MergeMemory.Value value =
        merges.value(
            view, entries.key(entry), entries.keyLength(entry), sequence, moment, mergeMemory);
    merged = value;
    entries.resolve(entry, value.segment(), 0, value.length());
  }

  /** The length of an entry's value. */
  int length(int entry) {
    int length = entries.valueLength(entry);
    return present && entries.isReference(entry)
        ? OpenValueFiles.length(entries.value(entry), entries.valueOffset(entry), length)
        : length;
  }

  private ValueReference reference(int entry) {
    MemorySegment memory = entries.value(entry);
    return OpenValueFiles.reference(memory, entries.valueOffset(entry), entries.valueLength(entry));
  }
}
