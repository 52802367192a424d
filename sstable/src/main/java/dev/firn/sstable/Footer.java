package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.Checksum;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The end of a table file: where its sections are. The layout is on {@link TableFormat}.
 *
 * @param filter where the filter section starts and the data blocks end
 * @param index where the index section starts and the filter section ends
 * @param properties where the properties section starts and the index section ends
 */
record Footer(long filter, long index, long properties) {

  /** Writes the footer. */
  void write(TableOutput out) {
    out.begin();
    out.putLong(filter);
    out.putLong(index);
    out.putLong(properties);
    out.putInt(TableFormat.FOOTER_BYTES);
    out.putInt(TableFormat.VERSION);
    out.putInt(0);
    out.endFooter();
    out.putLong(TableFormat.MAGIC);
  }

  /**
   * Decodes and checks the footer.
   *
   * @param tail the last bytes of the file, in memory that no file backs
   * @param length how many they are; all of the file, or enough for the longest footer
   * @param fileBytes the file's length
   */
  static Footer read(
      Path path, long number, MemorySegment tail, long length, long fileBytes, Checksum checksum) {
    long end = length - TableFormat.FOOTER_TAIL_BYTES;
    if (end < 0) {
      throw corrupt(path, 0, "a table file", fileBytes + " bytes");
    }
    // Positions of fields in the tail, for a footer of this version.
    long base = length - TableFormat.FOOTER_BYTES;
    long magic = tail.get(U64, base + TableFormat.FOOTER_MAGIC);
    if (magic != TableFormat.MAGIC) {
      throw corrupt(path, fileBytes - 8, "the mark of a table file", Long.toHexString(magic));
    }
    long claimed = tail.get(U32, base + TableFormat.FOOTER_LENGTH) & 0xffff_ffffL;
    if (claimed < TableFormat.FOOTER_TAIL_BYTES
        || claimed > Math.min(length, TableFormat.MAX_FOOTER_BYTES)) {
      throw corrupt(path, fileBytes - 24, "the length of a footer", claimed + " bytes");
    }
    checkSum(path, number, tail, length, fileBytes - claimed, claimed, checksum);
    int version = tail.get(U32, base + TableFormat.FOOTER_VERSION);
    if (version < TableFormat.OLDEST_VERSION || version > TableFormat.VERSION) {
      throw new FormatVersionException(
          path, version, TableFormat.OLDEST_VERSION, TableFormat.VERSION);
    }
    if (claimed != TableFormat.FOOTER_BYTES) {
      throw corrupt(path, fileBytes - 24, "a footer of 48 bytes", claimed + " bytes");
    }
    return new Footer(
            tail.get(U64, base + TableFormat.FOOTER_FILTER),
            tail.get(U64, base + TableFormat.FOOTER_INDEX),
            tail.get(U64, base + TableFormat.FOOTER_PROPERTIES))
        .checked(path, fileBytes - TableFormat.FOOTER_BYTES);
  }

  private static void checkSum(
      Path path,
      long number,
      MemorySegment tail,
      long length,
      long offset,
      long footerBytes,
      Checksum checksum) {
    long covered = footerBytes - (TableFormat.FOOTER_BYTES - TableFormat.FOOTER_CHECKSUM);
    int expected =
        checksum.start(number, offset).update(tail, length - footerBytes, covered).value();
    int found = tail.get(U32, length - footerBytes + covered);
    if (expected != found) {
      throw corrupt(
          path,
          offset,
          "footer checksum " + Integer.toHexString(expected),
          Integer.toHexString(found));
    }
  }

  private Footer checked(Path path, long end) {
    boolean ordered =
        filter > 0 && filter <= index && index < properties && properties < end && end > 0;
    if (!ordered) {
      throw corrupt(path, end, "sections in order", filter + ", " + index + ", " + properties);
    }
    return this;
  }

  private static CorruptionException corrupt(
      Path path, long offset, String expected, String found) {
    return new CorruptionException(path, offset, expected, found);
  }
}
