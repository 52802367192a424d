package dev.firn.wal;

import dev.firn.core.Checksum;
import dev.firn.core.file.MappedFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The first 64 bytes of a segment, see {@link JournalFormat}, in anonymous memory. The first half
 * is durable before the segment gets its name. The second half, the activation, is written when the
 * segment comes into use, and a power cut may lose it.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class SegmentHeader {

  private final MemorySegment bytes = Arena.ofAuto().allocate(JournalFormat.HEADER_BYTES, 8);
  private final Checksum checksum = new Checksum();

  /**
   * Writes the header of a segment that is not in use, over that of an earlier life.
   *
   * @param preparedAfter the number of the segment that this one follows; 0 if there is none
   */
  void writeTo(MappedFile file, long number, long preparedAfter) {
    long distance = preparedAfter == 0 ? 0 : number - preparedAfter;
    if (distance < 0 || distance >= 1L << Integer.SIZE) {
      // "None" is always correct.
      distance = 0;
    }
    bytes.fill((byte) 0);
    bytes.set(JournalFormat.INT, JournalFormat.MAGIC_AT, JournalFormat.MAGIC);
    bytes.set(JournalFormat.INT, JournalFormat.VERSION_AT, JournalFormat.VERSION);
    bytes.set(JournalFormat.LONG, JournalFormat.NUMBER_AT, number);
    bytes.set(JournalFormat.LONG, JournalFormat.SIZE_AT, file.size());
    bytes.set(JournalFormat.INT, JournalFormat.PREPARED_AFTER_AT, (int) distance);
    bytes.set(JournalFormat.INT, JournalFormat.HEADER_CHECKSUM_AT, headerChecksum());
    file.write(0, bytes, 0, JournalFormat.HEADER_BYTES);
  }

  /** Writes the activation of segment {@code number}. */
  void activate(MappedFile file, long number, long bootId, long firstSequence, long previous) {
    bytes.set(JournalFormat.LONG, JournalFormat.BOOT_ID_AT, bootId);
    bytes.set(JournalFormat.LONG, JournalFormat.FIRST_SEQUENCE_AT, firstSequence);
    bytes.set(JournalFormat.LONG, JournalFormat.PREVIOUS_AT, previous);
    bytes.set(JournalFormat.INT, JournalFormat.ACTIVATION_RESERVED_AT, 0);
    bytes.set(JournalFormat.INT, JournalFormat.ACTIVATION_CHECKSUM_AT, activationChecksum(number));
    file.write(
        JournalFormat.ACTIVATION_AT,
        bytes,
        JournalFormat.ACTIVATION_AT,
        JournalFormat.HEADER_BYTES - JournalFormat.ACTIVATION_AT);
  }

  /** The header's memory, to read a header into. */
  MemorySegment bytes() {
    return bytes;
  }

  /**
   * Checks the first half against the file's name and size.
   *
   * @throws CorruptionException if it is not the header of this segment
   * @throws FormatVersionException if it has a version that this release does not read
   */
  void check(Path file, long number, long size) {
    expect(file, JournalFormat.MAGIC_AT, "magic", JournalFormat.MAGIC, JournalFormat.MAGIC_AT);
    expect(
        file,
        JournalFormat.HEADER_CHECKSUM_AT,
        "header checksum",
        headerChecksum(),
        JournalFormat.HEADER_CHECKSUM_AT);
    int version = bytes.get(JournalFormat.INT, JournalFormat.VERSION_AT);
    if (version < JournalFormat.OLDEST_VERSION || version > JournalFormat.VERSION) {
      throw new FormatVersionException(
          file, version, JournalFormat.OLDEST_VERSION, JournalFormat.VERSION);
    }
    expect(file, JournalFormat.NUMBER_AT, "segment number", number);
    expect(file, JournalFormat.SIZE_AT, "file size", size);
    if (distance() >= number) {
      throw new CorruptionException(
          file,
          JournalFormat.PREPARED_AFTER_AT,
          "a distance below " + number,
          Long.toString(distance()));
    }
  }

  private void expect(Path file, int offset, String what, int expected, int at) {
    int found = bytes.get(JournalFormat.INT, at);
    if (found != expected) {
      throw new CorruptionException(
          file,
          offset,
          what + " 0x" + Integer.toHexString(expected),
          "0x" + Integer.toHexString(found));
    }
  }

  private void expect(Path file, int offset, String what, long expected) {
    long found = bytes.get(JournalFormat.LONG, offset);
    if (found != expected) {
      throw new CorruptionException(file, offset, what + " " + expected, Long.toString(found));
    }
  }

  /** The number of the segment that segment {@code number} was prepared to follow; 0 = none. */
  long preparedAfter(long number) {
    return distance() == 0 ? 0 : number - distance();
  }

  private long distance() {
    return Integer.toUnsignedLong(bytes.get(JournalFormat.INT, JournalFormat.PREPARED_AFTER_AT));
  }

  /** Whether the second half is a valid activation of segment {@code number}. */
  boolean isActivated(long number) {
    return bytes.get(JournalFormat.INT, JournalFormat.ACTIVATION_CHECKSUM_AT)
        == activationChecksum(number);
  }

  /** Whether the second half is as {@link #writeTo} leaves it, all zeros. */
  boolean isBlank() {
    for (long i = JournalFormat.ACTIVATION_AT; i < JournalFormat.HEADER_BYTES; i += Long.BYTES) {
      if (bytes.get(JournalFormat.LONG, i) != 0) {
        return false;
      }
    }
    return true;
  }

  long bootId() {
    return bytes.get(JournalFormat.LONG, JournalFormat.BOOT_ID_AT);
  }

  long firstSequence() {
    return bytes.get(JournalFormat.LONG, JournalFormat.FIRST_SEQUENCE_AT);
  }

  long previous() {
    return bytes.get(JournalFormat.LONG, JournalFormat.PREVIOUS_AT);
  }

  private int headerChecksum() {
    return checksum.start(0, 0).update(bytes, 0, JournalFormat.HEADER_CHECKSUM_AT).value();
  }

  private int activationChecksum(long number) {
    return checksum
        .start(number, JournalFormat.ACTIVATION_AT)
        .update(
            bytes,
            JournalFormat.ACTIVATION_AT,
            JournalFormat.ACTIVATION_CHECKSUM_AT - JournalFormat.ACTIVATION_AT)
        .value();
  }
}
