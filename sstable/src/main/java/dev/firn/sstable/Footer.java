package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.error.FormatVersionException;
import java.lang.foreign.MemorySegment;

/**
 * The end of a table file: where its sections are, see {@link TableFormat}.
 *
 * @param filter start of the filter section, and end of the data blocks
 * @param index start of the index section, and end of the filter section
 * @param ranges start of the section of range tombstones, and end of the index section; equals the
 *     start of the properties if there are none
 * @param properties start of the properties section
 * @param id the table's id; 0 in version 1
 * @param expires whether the properties say which entries expire
 * @param bytes the footer's length
 */
record Footer(
    long filter, long index, long ranges, long properties, long id, boolean expires, int bytes) {

  /** A footer of the version that a table needs. */
  Footer(long filter, long index, long ranges, long properties, long id, boolean expires) {
    this(
        filter,
        index,
        ranges,
        properties,
        id,
        expires,
        expires || ranges < properties ? TableFormat.FOOTER_BYTES_V3 : TableFormat.FOOTER_BYTES);
  }

  /** Whether the table has range tombstones. */
  boolean hasRanges() {
    return ranges < properties;
  }

  private int version() {
    if (expires) {
      return TableFormat.VERSION;
    }
    return hasRanges() ? TableFormat.VERSION_WITHOUT_EXPIRY : TableFormat.VERSION_WITHOUT_RANGES;
  }

  /** Writes the footer. */
  void write(TableOutput out) {
    out.beginFooter();
    out.putLong(filter);
    out.putLong(index);
    out.putLong(properties);
    out.putLong(id);
    if (version() > TableFormat.VERSION_WITHOUT_RANGES) {
      out.putLong(ranges);
    }
    out.putInt(bytes);
    out.putInt(version());
    out.putInt(0);
    out.endWithoutTrailer();
    out.putLong(TableFormat.MAGIC);
  }

  /** Reads, checks and decodes the footer. */
  static Footer read(TableFile file, ReadScratch scratch) {
    long size = file.size();
    int length = (int) Math.min(size, TableFormat.MAX_FOOTER_BYTES);
    if (length < TableFormat.FOOTER_BYTES_V1) {
      throw file.corrupt(0, "a table file", size + " bytes");
    }
    MemorySegment memory = scratch.memory();
    file.read(size - length, memory, 0, length);
    // The part that all versions have in common is at the very end.
    int tail = length - TableFormat.FOOTER_TAIL_BYTES - TableFormat.FOOTER_LENGTH;
    long magic = memory.get(U64, tail + TableFormat.FOOTER_MAGIC);
    if (magic != TableFormat.MAGIC) {
      throw file.corrupt(size - Long.BYTES, "the magic number of a table", Long.toHexString(magic));
    }
    check(file, scratch, length);
    int version = memory.get(U32, tail + TableFormat.FOOTER_VERSION);
    if (version < TableFormat.OLDEST_VERSION || version > TableFormat.VERSION) {
      throw new FormatVersionException(
          file.path(), version, TableFormat.OLDEST_VERSION, TableFormat.VERSION);
    }
    boolean hasId = version > TableFormat.VERSION_WITHOUT_ID;
    boolean hasRanges = version > TableFormat.VERSION_WITHOUT_RANGES;
    int bytes =
        hasRanges
            ? TableFormat.FOOTER_BYTES_V3
            : hasId ? TableFormat.FOOTER_BYTES : TableFormat.FOOTER_BYTES_V1;
    int base = length - bytes;
    int claimed = memory.get(U32, tail + TableFormat.FOOTER_LENGTH);
    long end = size - bytes;
    if (claimed != bytes || end < 0) {
      throw file.corrupt(
          size - TableFormat.FOOTER_TAIL_BYTES, "a footer of " + bytes + " bytes", claimed + "");
    }
    long properties = memory.get(U64, base + TableFormat.FOOTER_PROPERTIES);
    Footer footer =
        new Footer(
            memory.get(U64, base + TableFormat.FOOTER_FILTER),
            memory.get(U64, base + TableFormat.FOOTER_INDEX),
            hasRanges ? memory.get(U64, base + TableFormat.FOOTER_RANGES) : properties,
            properties,
            hasId ? memory.get(U64, base + TableFormat.FOOTER_ID) : 0,
            version > TableFormat.VERSION_WITHOUT_EXPIRY,
            bytes);
    if (!footer.isOrdered(end)) {
      throw file.corrupt(end, "a footer", footer.toString());
    }
    return footer;
  }

  /** Checks the footer that ends at {@code end} of the scratch buffer, whatever its version. */
  private static void check(TableFile file, ReadScratch scratch, int end) {
    MemorySegment memory = scratch.memory();
    int tail = end - TableFormat.FOOTER_BYTES;
    int length = memory.get(U32, tail + TableFormat.FOOTER_LENGTH);
    if (length < TableFormat.FOOTER_TAIL_BYTES || length > end) {
      throw file.corrupt(
          file.size() - TableFormat.FOOTER_TAIL_BYTES,
          "a footer",
          Integer.toUnsignedString(length));
    }
    long start = file.size() - length;
    int covered = tail + TableFormat.FOOTER_CHECKSUM;
    scratch.checksum().start(file.number(), start);
    scratch.checksum().update(scratch.buffer().bytes().limit(covered).position(end - length));
    int expected = scratch.checksum().value();
    int found = memory.get(U32, covered);
    if (expected != found) {
      throw file.corrupt(
          start, "checksum " + Integer.toHexString(expected), Integer.toHexString(found));
    }
  }

  private boolean isOrdered(long end) {
    return filter > 0
        && filter <= index
        && index < ranges
        && (expires || (ranges < properties) == (bytes == TableFormat.FOOTER_BYTES_V3))
        && ranges <= properties
        && properties < end;
  }
}
