package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import java.lang.foreign.MemorySegment;

/**
 * The place of a value in a value file: what a table has in place of a large value, in an entry of
 * kind {@link dev.firn.core.ValueKind#VALUE_REFERENCE}. {@code docs/format/table.md} is the
 * specification.
 *
 * <pre>
 *  offset  size  field
 *       0     8  file      number of the value file
 *       8     8  offset    of the value in the file
 *      16     4  length    of the value
 *      20     4  checksum  over the value's bytes, salted with (file, offset)
 * </pre>
 *
 * <p><b>Threading.</b> Immutable.
 *
 * @param file the number of the value file
 * @param offset where the value starts in the file
 * @param length the value's length
 * @param checksum see above
 */
public record ValueReference(long file, long offset, int length, int checksum) {

  /** Length of a reference. */
  public static final int BYTES = 24;

  private static final int OFFSET_AT = 8;
  private static final int LENGTH_AT = 16;
  private static final int CHECKSUM_AT = 20;

  /** Reads a reference, see {@link #isSound}. */
  public static ValueReference read(MemorySegment memory, long at) {
    return new ValueReference(
        file(memory, at), offset(memory, at), length(memory, at), checksum(memory, at));
  }

  /** Whether bytes that a table has in place of a value are a reference. */
  public static boolean isSound(MemorySegment memory, long at, long bytes) {
    return bytes == BYTES
        && file(memory, at) > 0
        && offset(memory, at) > 0
        && length(memory, at) > 0;
  }

  /** The number of the value file. */
  public static long file(MemorySegment memory, long at) {
    return memory.get(U64, at);
  }

  /** Where the value starts in the file. */
  public static long offset(MemorySegment memory, long at) {
    return memory.get(U64, at + OFFSET_AT);
  }

  /** The length of the value. */
  public static int length(MemorySegment memory, long at) {
    return memory.get(U32, at + LENGTH_AT);
  }

  private static int checksum(MemorySegment memory, long at) {
    return memory.get(U32, at + CHECKSUM_AT);
  }

  /** Writes the reference. */
  public void write(MemorySegment memory, long at) {
    memory.set(U64, at, file);
    memory.set(U64, at + OFFSET_AT, offset);
    memory.set(U32, at + LENGTH_AT, length);
    memory.set(U32, at + CHECKSUM_AT, checksum);
  }
}
