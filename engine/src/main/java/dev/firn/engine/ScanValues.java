package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.sstable.ValueReference;
import dev.firn.version.OpenValueFiles;
import java.lang.foreign.MemorySegment;

/**
 * The values of a scan that are in value files. A value is looked up when it is asked for: a scan
 * of keys does not touch them. A scan of values has the values of each further batch loaded ahead.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The cursor holds the
 * files that it passes.
 */
final class ScanValues {

  private final EntryBatch entries;

  /** Whether the batch may have references. */
  private boolean present;

  /** Whether a value of the preceding batches was asked for. */
  private boolean wanted;

  /**
   * @param entries the batches of the scan
   */
  ScanValues(EntryBatch entries) {
    this.entries = entries;
  }

  /** Called when the batch has been filled: loads its values if the scan reads values. */
  void enter(OpenValueFiles files) {
    present = entries.mayHaveReferences();
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

  /** Whether an entry of the batch is a reference. */
  boolean isReference(int entry) {
    return present && entries.isReference(entry);
  }

  /**
   * Puts the value in the place of the reference to it.
   *
   * @throws dev.firn.error.CorruptionException when the value is not what was written
   */
  void resolve(int entry, OpenValueFiles files) {
    wanted = true;
    MemorySegment memory = entries.value(entry);
    long at = entries.valueOffset(entry);
    MemorySegment value = files.value(memory, at, entries.valueLength(entry));
    long offset = ValueReference.offset(memory, at);
    entries.resolve(entry, value, offset, ValueReference.length(memory, at));
  }

  /** The length of an entry's value. */
  int length(int entry) {
    int length = entries.valueLength(entry);
    return isReference(entry)
        ? OpenValueFiles.length(entries.value(entry), entries.valueOffset(entry), length)
        : length;
  }

  private ValueReference reference(int entry) {
    MemorySegment memory = entries.value(entry);
    return OpenValueFiles.reference(memory, entries.valueOffset(entry), entries.valueLength(entry));
  }
}
