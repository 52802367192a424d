package dev.firn.version;

import dev.firn.core.RefCounted;
import dev.firn.sstable.Table;
import java.util.List;

/**
 * A part of a run with its tables. Runs of different versions that have the part share one
 * instance.
 *
 * <p><b>Threading.</b> Any thread may read.
 *
 * <p><b>Ownership.</b> Holds one reference to each table. The creator holds the first reference to
 * this part; every open run that has it holds one.
 */
final class OpenPart extends RefCounted {

  private final RunPart part;
  private final Table[] tables;
  private final RunIndex index;

  /**
   * @param tables the tables, in the order of {@code part}; takes over one reference to each
   */
  OpenPart(RunPart part, List<Table> tables) {
    assert part.size() == tables.size();
    this.part = part;
    this.tables = tables.toArray(Table[]::new);
    this.index = RunIndex.of(part.tables());
  }

  RunPart part() {
    return part;
  }

  /** The tables; the caller does not change the array. */
  Table[] tables() {
    return tables;
  }

  RunIndex index() {
    return index;
  }

  @Override
  protected void free() {
    for (Table table : tables) {
      table.release();
    }
  }

  @Override
  public String toString() {
    return tables.length + " tables";
  }
}
