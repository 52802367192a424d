package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import java.lang.foreign.MemorySegment;

/**
 * The filter of an open table, read in place, see {@link FilterFormat}.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class TableFilter {

  private final MemorySegment file;
  private final long at;
  private final long lines;
  private final int probes;

  /**
   * @param at start of the lines in the file
   * @param bytes length of the lines
   */
  TableFilter(MemorySegment file, long at, long bytes, int probes) {
    this.file = file;
    this.at = at;
    this.lines = bytes / FilterFormat.LINE_BYTES;
    this.probes = probes;
  }

  /** A filter that excludes no key; it reads the first word of the file, which each table has. */
  static TableFilter none(MemorySegment file) {
    return new TableFilter(file, 0, FilterFormat.LINE_BYTES, 0);
  }

  /** Loads the line of a hash, for {@link dev.firn.core.Prefetch#consume}. */
  long prefetch(long hash) {
    return file.get(U64, line(hash));
  }

  /** Whether a key with this hash may have been added; false is certain. */
  boolean mayContain(long hash) {
    long line = line(hash);
    long product = hash;
    long all = 1;
    // All probes read one cache line: stopping at the first miss would be an unpredictable branch.
    for (int i = 0; i < probes; i++) {
      product *= FilterFormat.STEP;
      long bit = product >>> FilterFormat.BIT_SHIFT;
      all &= file.get(U64, line + (bit >>> 6) * Long.BYTES) >>> bit;
    }
    return all != 0;
  }

  private long line(long hash) {
    return at + FilterFormat.line(hash, lines) * FilterFormat.LINE_BYTES;
  }
}
