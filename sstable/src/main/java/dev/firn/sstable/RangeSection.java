package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.range.RangeTombstones;
import dev.firn.core.range.RangeTombstonesBuilder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The section of a table's range tombstones, cut into fragments that do not overlap, ascending.
 *
 * <pre>
 *  section  := count u32 | fragment*
 *  fragment := start length u32 | end length u32 | sequences u32 | start | end
 *              | sequence u64, as many, descending
 * </pre>
 */
final class RangeSection {

  private static final int COUNT_BYTES = 4;
  private static final int HEAD_BYTES = 12;

  private RangeSection() {}

  /** Writes the section. */
  static void write(RangeTombstones ranges, TableOutput out) {
    out.begin();
    out.putInt(ranges.size());
    for (int i = 0; i < ranges.size(); i++) {
      byte[] start = ranges.start(i);
      byte[] end = ranges.end(i);
      out.putInt(start.length);
      out.putInt(end.length);
      out.putInt(ranges.depth(i));
      out.put(start, start.length);
      out.put(end, end.length);
      for (int j = 0; j < ranges.depth(i); j++) {
        out.putLong(ranges.sequence(i, j));
      }
    }
    out.end(Codec.NONE);
  }

  /** Checks and reads the section of a table that has one. */
  static RangeTombstones read(TableFile file, Footer footer) {
    long start = footer.ranges();
    file.check(start, footer.properties());
    RangeTombstones ranges =
        decode(file.map(), start, footer.properties() - TableFormat.TRAILER_BYTES);
    FaultBarrier.pass();
    if (ranges == null) {
      throw file.corrupt(start, "range tombstones", "other bytes with a right checksum");
    }
    return ranges;
  }

  /** Null if no writer writes it. */
  private static @Nullable RangeTombstones decode(MemorySegment source, long from, long end) {
    if (end - from < COUNT_BYTES) {
      return null;
    }
    long count = source.get(U32, from) & 0xffff_ffffL;
    long at = from + COUNT_BYTES;
    if (count == 0 || count > (end - at) / HEAD_BYTES) {
      return null;
    }
    RangeTombstonesBuilder builder = new RangeTombstonesBuilder();
    byte[] before = null;
    for (long i = 0; i < count; i++) {
      if (end - at < HEAD_BYTES) {
        return null;
      }
      long startLength = source.get(U32, at) & 0xffff_ffffL;
      long endLength = source.get(U32, at + 4) & 0xffff_ffffL;
      long depth = source.get(U32, at + 8) & 0xffff_ffffL;
      at += HEAD_BYTES;
      boolean fits =
          isKeyLength(startLength)
              && isKeyLength(endLength)
              && depth > 0
              && startLength + endLength + depth * Long.BYTES <= end - at;
      if (!fits) {
        return null;
      }
      byte[] start = source.asSlice(at, startLength).toArray(ValueLayout.JAVA_BYTE);
      byte[] stop = source.asSlice(at + startLength, endLength).toArray(ValueLayout.JAVA_BYTE);
      at += startLength + endLength;
      if (!isRange(start, stop) || (before != null && Arrays.compareUnsigned(before, start) > 0)) {
        return null;
      }
      builder.begin(start, stop);
      long last = SequenceNumber.MAX_STORED + 1;
      for (long j = 0; j < depth; j++, at += Long.BYTES) {
        long sequence = source.get(U64, at);
        if (sequence < 0 || sequence >= last) {
          return null;
        }
        builder.sequence(sequence);
        last = sequence;
      }
      before = stop;
    }
    return at == end ? builder.build() : null;
  }

  private static boolean isKeyLength(long length) {
    return length >= StoreKey.TREE_BYTES && length <= StoreKey.MAX_BYTES;
  }

  /** Whether a range is not empty and of one tree. */
  private static boolean isRange(byte[] start, byte[] end) {
    int tree = ByteBuffer.wrap(start).getInt();
    int endTree = ByteBuffer.wrap(end).getInt();
    return Arrays.compareUnsigned(start, end) < 0
        && (endTree == tree || Arrays.equals(end, StoreKey.treeEnd(tree)));
  }

  /** The smallest key of a table, of its first entry and its range tombstones. */
  static byte[] smallest(byte[] first, RangeTombstones ranges) {
    return ranges.isEmpty() || Arrays.compareUnsigned(first, ranges.start(0)) <= 0
        ? first
        : ranges.start(0);
  }

  /**
   * The largest key of a table, or one after it, of its last entry and its range tombstones. A
   * range that ends right after a key covers nothing more: the next table of the run may start
   * there, also when that key has no entry.
   */
  static byte[] largest(byte[] last, RangeTombstones ranges) {
    if (ranges.isEmpty()) {
      return last;
    }
    byte[] end = ranges.end(ranges.size() - 1);
    byte[] covered = isSuccessor(end) ? Arrays.copyOf(end, end.length - 1) : end;
    return Arrays.compareUnsigned(end, StoreKey.successor(last)) <= 0 ? last : covered;
  }

  /** Whether there is a last key before a key: it lacks the zero at the end. */
  private static boolean isSuccessor(byte[] key) {
    return key.length > StoreKey.TREE_BYTES && key[key.length - 1] == 0;
  }
}
