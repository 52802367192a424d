package dev.firn.engine.repair;

import dev.firn.core.range.RangeTombstones;
import dev.firn.sstable.TableSalvage;
import java.lang.foreign.MemorySegment;

/**
 * Passes what is readable of a damaged table on to new tables.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class SalvageSink implements TableSalvage.Sink {

  private final OutputTables tables;
  private boolean hasRanges;

  SalvageSink(OutputTables tables) {
    this.tables = tables;
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
