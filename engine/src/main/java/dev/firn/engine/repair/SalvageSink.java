package dev.firn.engine.repair;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.range.RangeTombstones;
import dev.firn.sstable.TableSalvage;
import dev.firn.sstable.ValueReference;
import java.lang.foreign.MemorySegment;

/**
 * Passes what is readable of a damaged table on to new tables.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class SalvageSink implements TableSalvage.Sink {

  private final OutputTables tables;
  private final SalvagedValues values;
  private boolean hasRanges;

  /**
   * @param values the values that the table refers to; an entry whose value is lost is lost
   */
  SalvageSink(OutputTables tables, SalvagedValues values) {
    this.tables = tables;
    this.values = values;
  }

  @Override
  public void entry(
      MemorySegment key,
      long keyOffset,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    if (SalvagedValues.isReference(trailer)) {
      ValueReference reference = ValueReference.read(value, valueOffset);
      MemorySegment read = values.value(key, keyOffset, keyLength, trailer, reference);
      if (read == null) {
        return;
      }
      if (values.isAltered(reference.file())) {
        long put = SequenceNumber.trailer(SequenceNumber.sequence(trailer), ValueKind.PUT.code());
        tables.add(key, keyOffset, keyLength, put, read, 0, read.byteSize());
        return;
      }
    }
    tables.add(key, keyOffset, keyLength, trailer, value, valueOffset, valueLength);
  }

  @Override
  public void ranges(RangeTombstones ranges) {
    hasRanges = true;
    tables.setRanges(ranges);
  }

  /** Whether the table's range tombstones were readable. */
  boolean hasRanges() {
    return hasRanges;
  }
}
