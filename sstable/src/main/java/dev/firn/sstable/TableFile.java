package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;

import dev.firn.core.Checksum;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The file of an open table: positional reads, the mapping, and the check of sections.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> Owns the file.
 */
final class TableFile implements AutoCloseable {

  private final ReadFile file;
  private final long number;
  private final ScratchPool scratches;
  private final MemorySegment map;

  TableFile(ReadFile file, long number, ScratchPool scratches) {
    this.file = file;
    this.number = number;
    this.scratches = scratches;
    this.map = file.map();
  }

  Path path() {
    return file.path();
  }

  long number() {
    return number;
  }

  long size() {
    return file.size();
  }

  /** The whole file, to be read in place where it was checked before. */
  MemorySegment map() {
    return map;
  }

  ScratchPool scratches() {
    return scratches;
  }

  /** Copies bytes of the file. */
  void read(long position, MemorySegment target, long offset, long length) {
    file.read(position, target, offset, length);
  }

  /**
   * Reads a section and checks it against its checksum.
   *
   * @param compressed whether its content should be compressed
   * @throws CorruptionException when it is not what was written
   */
  void check(long start, long end, boolean compressed) {
    ReadScratch scratch = scratches.takeScratch();
    try {
      check(start, end, compressed, scratch);
    } finally {
      scratches.giveBack(scratch);
    }
  }

  private void check(long start, long end, boolean compressed, ReadScratch scratch) {
    if (end - start < TableFormat.TRAILER_BYTES) {
      throw corrupt(start, "a section", (end - start) + " bytes");
    }
    scratch.checksum().start(number, start);
    long at = start;
    // The last piece holds the trailer, whole.
    while (end - at > ReadScratch.BYTES) {
      int step = ReadScratch.BYTES - TableFormat.TRAILER_BYTES;
      read(at, scratch.memory(), 0, step);
      scratch.absorb(step);
      at += step;
    }
    int rest = (int) (end - at);
    read(at, scratch.memory(), 0, rest);
    int trailer = rest - TableFormat.TRAILER_BYTES;
    scratch.absorb(trailer + TableFormat.TRAILER_CHECKSUM);
    checkTrailer(start, scratch.memory(), trailer, scratch.checksum(), compressed);
  }

  /** Compares the trailer of a section, at {@code trailer} of a copy, with what was computed. */
  void checkTrailer(
      long start, MemorySegment copy, long trailer, Checksum checksum, boolean compressed) {
    int expected = checksum.value();
    int found = copy.get(U32, trailer + TableFormat.TRAILER_CHECKSUM);
    if (expected != found) {
      throw corrupt(start, "checksum " + Integer.toHexString(expected), Integer.toHexString(found));
    }
    int codec = copy.get(ValueLayout.JAVA_BYTE, trailer + TableFormat.TRAILER_CODEC);
    if (codec != (compressed ? Codec.LZ4 : Codec.NONE).code()) {
      throw corrupt(start, compressed ? "a known codec" : "no codec", "codec " + codec);
    }
  }

  CorruptionException corrupt(long offset, String expected, String found) {
    return new CorruptionException(path(), offset, expected, found);
  }

  @Override
  public void close() {
    file.close();
  }
}
