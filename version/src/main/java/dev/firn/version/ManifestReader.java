package dev.firn.version;

import static dev.firn.version.ManifestFormat.ALIGNMENT;
import static dev.firn.version.ManifestFormat.EDIT;
import static dev.firn.version.ManifestFormat.HEADER_BYTES;
import static dev.firn.version.ManifestFormat.HEADER_CHECKSUM;
import static dev.firn.version.ManifestFormat.HEADER_NUMBER;
import static dev.firn.version.ManifestFormat.HEADER_STORE_ID;
import static dev.firn.version.ManifestFormat.HEADER_VERSION;
import static dev.firn.version.ManifestFormat.MARK;
import static dev.firn.version.ManifestFormat.RECORD_BODY_CHECKSUM;
import static dev.firn.version.ManifestFormat.RECORD_CHECKSUM;
import static dev.firn.version.ManifestFormat.RECORD_HEADER_BYTES;
import static dev.firn.version.ManifestFormat.RECORD_KIND;
import static dev.firn.version.ManifestFormat.RECORD_LENGTH;
import static dev.firn.version.ManifestFormat.SNAPSHOT;
import static dev.firn.version.ManifestFormat.U32;
import static dev.firn.version.ManifestFormat.U64;

import dev.firn.core.Checksum;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Reads a manifest, see {@link ManifestFormat}.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class ManifestReader {

  /*
   * Torn or damaged?
   *
   * An edit is acknowledged after its record was synced. The mark and the next record are written
   * after that. So when the record at offset o is not valid:
   *
   * 1. It is the header or the snapshot: damage. CURRENT names a manifest only after both were
   * synced.
   *
   * 2. A later offset holds a valid record header: damage. That header was written after the record
   * at o was synced. The header is proof enough; its body need not be valid.
   *
   * 3. Otherwise the writing of the record was interrupted, and it was never acknowledged. It is
   * dropped and reported.
   *
   * The mark narrows case 3 down. It is not synced, but the operating system writes it within
   * seconds, it is in the page cache when only the process died, and it is synced when the store is
   * closed. So damage to the last acknowledged record is taken for a torn record only after a power
   * cut within those seconds. Damage to the mark itself loses nothing: an invalid mark at the end
   * is dropped like a torn record.
   *
   * The search for later headers skips the body of a record whose own header is valid, because a
   * body holds the user's bytes, which may imitate a header. It reads headers only, so it takes
   * linear time whatever the file holds.
   */

  /**
   * What a manifest says.
   *
   * @param state the sum of its edits
   * @param storeId the store that it belongs to
   * @param tail what followed the last valid record
   * @param isWhole whether nothing but a torn record may be missing
   */
  record Contents(StoreState state, long storeId, ManifestTail tail, boolean isWhole) {}

  private final Path path;
  private final long number;
  private final MemorySegment bytes;
  private final long size;
  private final Checksum checksum = new Checksum();

  private ManifestReader(Path path, long number, MemorySegment bytes) {
    this.path = path;
    this.number = number;
    this.bytes = bytes;
    this.size = bytes.byteSize();
  }

  /**
   * Reads a manifest through positional reads.
   *
   * @param minBytes min length of its valid records
   * @throws CorruptionException when it is damaged before its tail
   * @throws FormatVersionException when this release does not read its version
   */
  static Contents read(FileSystem fs, Path directory, long number, long minBytes) {
    return read(fs, directory, number, minBytes, ManifestFormat.MAX_BYTES);
  }

  /**
   * Reads the first bytes of a manifest, which end with a whole record; there may be more of them.
   *
   * @throws CorruptionException when they are damaged
   */
  static void readExactly(FileSystem fs, Path directory, long number, long bytes) {
    read(fs, directory, number, bytes, bytes);
  }

  /**
   * @param maxBytes how much of it to read, if there is more; all of it at the limit of a file
   */
  private static Contents read(
      FileSystem fs, Path directory, long number, long minBytes, long maxBytes) {
    Path path = FileName.manifest(directory, number);
    try (ReadFile file = fs.openRead(path);
        Arena arena = Arena.ofConfined()) {
      if (file.size() > ManifestFormat.MAX_BYTES) {
        throw new CorruptionException(
            path,
            0,
            "at most " + ManifestFormat.MAX_BYTES + " bytes",
            "a file of " + file.size() + " bytes");
      }
      MemorySegment bytes = arena.allocate(Math.min(file.size(), maxBytes));
      file.read(0, bytes, 0, bytes.byteSize());
      Contents contents = new ManifestReader(path, number, bytes).read();
      if (contents.tail().offset() < minBytes) {
        throw new CorruptionException(
            path,
            contents.tail().offset(),
            "valid records up to " + minBytes,
            "none in a file of " + file.size() + " bytes");
      }
      return contents;
    }
  }

  /**
   * Reads as much of a manifest as fits together: up to the first record that is damaged.
   *
   * @throws CorruptionException when not even the header and the snapshot are intact
   */
  static Contents salvage(FileSystem fs, Path directory, long number) {
    Path path = FileName.manifest(directory, number);
    try (ReadFile file = fs.openRead(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(file.size());
      file.read(0, bytes, 0, file.size());
      return new ManifestReader(path, number, bytes).salvage();
    }
  }

  private Contents salvage() {
    long storeId = readHeader();
    if (!isRecord(HEADER_BYTES)) {
      throw new CorruptionException(
          path, HEADER_BYTES, "the record of a snapshot", describe(HEADER_BYTES));
    }
    StoreState state = applyRecord(StoreState.empty(), HEADER_BYTES);
    long offset = HEADER_BYTES + RECORD_HEADER_BYTES + ManifestFormat.align(length(HEADER_BYTES));
    boolean whole = true;
    try {
      while (offset < size && isRecord(offset)) {
        state = applyRecord(state, offset);
        offset += RECORD_HEADER_BYTES + ManifestFormat.align(length(offset));
      }
      if (offset < size) {
        checkTorn(offset);
      }
    } catch (CorruptionException e) {
      whole = false;
    }
    return new Contents(state, storeId, new ManifestTail(path, offset, size - offset), whole);
  }

  private Contents read() {
    long storeId = readHeader();
    long offset = HEADER_BYTES;
    if (!isRecord(offset)) {
      throw new CorruptionException(path, offset, "the record of a snapshot", describe(offset));
    }
    StoreState state = StoreState.empty();
    while (offset < size && isRecord(offset)) {
      state = applyRecord(state, offset);
      offset += RECORD_HEADER_BYTES + ManifestFormat.align(length(offset));
    }
    if (offset < size) {
      checkTorn(offset);
    }
    return new Contents(state, storeId, new ManifestTail(path, offset, size - offset), true);
  }

  private long readHeader() {
    if (size < HEADER_BYTES) {
      throw new CorruptionException(
          path, 0, "a header of " + HEADER_BYTES + " bytes", "a file of " + size + " bytes");
    }
    long magic = bytes.get(U64, 0);
    if (magic != ManifestFormat.MAGIC) {
      throw new CorruptionException(
          path, 0, "magic " + hex(ManifestFormat.MAGIC), "magic " + hex(magic));
    }
    int computed = ManifestFormat.headerChecksum(checksum, bytes, 0, number);
    int stored = bytes.get(U32, HEADER_CHECKSUM);
    if (computed != stored) {
      throw new CorruptionException(
          path, 0, "header checksum " + hex(computed), "checksum " + hex(stored));
    }
    int version = bytes.get(U32, HEADER_VERSION);
    if (version < ManifestFormat.OLDEST_VERSION || version > ManifestFormat.VERSION) {
      throw new FormatVersionException(
          path, version, ManifestFormat.OLDEST_VERSION, ManifestFormat.VERSION);
    }
    if (bytes.get(U64, HEADER_NUMBER) != number) {
      throw new CorruptionException(
          path,
          HEADER_NUMBER,
          "manifest number " + number,
          "number " + bytes.get(U64, HEADER_NUMBER));
    }
    return bytes.get(U64, HEADER_STORE_ID);
  }

  private StoreState applyRecord(StoreState state, long offset) {
    int kind = bytes.get(U32, offset + RECORD_KIND);
    boolean fits =
        switch (kind) {
          case SNAPSHOT -> offset == HEADER_BYTES;
          case EDIT -> offset > HEADER_BYTES;
          case MARK -> offset > HEADER_BYTES && length(offset) == 0;
          default -> false;
        };
    if (!fits) {
      throw new CorruptionException(
          path, offset + RECORD_KIND, "a record of a kind that fits here", "kind " + kind);
    }
    long body = offset + RECORD_HEADER_BYTES;
    VersionEdit edit = VersionEditCodec.decode(path, body, bytes, body, length(offset));
    try {
      return state.apply(edit);
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(
          path, offset, "an edit that fits the preceding state", String.valueOf(e.getMessage()), e);
    }
  }

  /** Throws unless an interrupted append may have left the bytes from {@code offset} on. */
  private void checkTorn(long offset) {
    long from = offset + ALIGNMENT;
    if (isRecordHeader(offset)) {
      from = offset + RECORD_HEADER_BYTES + ManifestFormat.align(length(offset));
    }
    for (long at = from; at <= size - RECORD_HEADER_BYTES; at += ALIGNMENT) {
      if (isRecordHeader(at)) {
        throw new CorruptionException(
            path,
            offset,
            "a valid record, because the one at " + at + " was written after it was synced",
            describe(offset));
      }
    }
  }

  private boolean isRecord(long offset) {
    if (!isRecordHeader(offset)) {
      return false;
    }
    long length = length(offset);
    return ManifestFormat.align(length) <= size - offset - RECORD_HEADER_BYTES
        && bytes.get(U32, offset + RECORD_BODY_CHECKSUM)
            == ManifestFormat.bodyChecksum(checksum, bytes, offset, length, number, offset);
  }

  private boolean isRecordHeader(long offset) {
    return size - offset >= RECORD_HEADER_BYTES
        && bytes.get(U32, offset + RECORD_CHECKSUM)
            == ManifestFormat.recordChecksum(checksum, bytes, offset, number, offset);
  }

  private long length(long offset) {
    return bytes.get(U32, offset + RECORD_LENGTH) & 0xffff_ffffL;
  }

  private String describe(long offset) {
    if (size - offset < RECORD_HEADER_BYTES) {
      return (size - offset) + " bytes";
    }
    if (!isRecordHeader(offset)) {
      return "header checksum " + hex(bytes.get(U32, offset + RECORD_CHECKSUM));
    }
    return "a record of "
        + length(offset)
        + " bytes with body checksum "
        + hex(bytes.get(U32, offset + RECORD_BODY_CHECKSUM))
        + " in a file of "
        + size
        + " bytes";
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
