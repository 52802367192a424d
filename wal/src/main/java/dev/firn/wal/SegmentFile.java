package dev.firn.wal;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file with a segment's name and the fields of its header, as recovery finds it.
 *
 * @param bytes the file's length
 * @param damage the damage of the first half of the header; null if there is none
 * @param preparedAfter the number of the segment that this one was prepared to follow; 0 if there
 *     was none or it is not known
 * @param state the state of the second half of the header
 * @param bootId the boot in which the segment was activated; 0 if not known
 * @param firstSequence of the segment's first record; meaningless unless activated
 * @param previous the number of the segment used before it; 0 if there is none or it is not known
 */
record SegmentFile(
    long number,
    Path path,
    long bytes,
    @Nullable CorruptionException damage,
    long preparedAfter,
    Activation state,
    long bootId,
    long firstSequence,
    long previous) {

  /** The second half of a header. */
  enum Activation {
    /** As preparation left it. */
    BLANK,
    /** In use, or used. */
    ACTIVATED,
    /** Torn or damaged. */
    UNREADABLE
  }

  /** Reads the header of the segment with this number. */
  static SegmentFile read(FileSystem fs, Path directory, long number) {
    Path path = FileName.journal(directory, number);
    SegmentHeader header = new SegmentHeader();
    long bytes = fs.size(path);
    CorruptionException damage = null;
    if (bytes < JournalFormat.HEADER_BYTES) {
      damage =
          new CorruptionException(path, 0, "a segment's header", "a file of " + bytes + " bytes");
    } else {
      try (ReadFile file = fs.openRead(path)) {
        file.read(0, header.bytes(), 0, JournalFormat.HEADER_BYTES);
      }
      try {
        header.check(path, number, bytes);
      } catch (CorruptionException e) {
        damage = e;
      }
    }
    Activation state =
        header.isActivated(number)
            ? Activation.ACTIVATED
            : header.isBlank() ? Activation.BLANK : Activation.UNREADABLE;
    boolean known = damage == null && state == Activation.ACTIVATED;
    return new SegmentFile(
        number,
        path,
        bytes,
        damage,
        damage == null ? header.preparedAfter(number) : 0,
        state,
        known ? header.bootId() : 0,
        known ? header.firstSequence() : 0,
        known ? header.previous() : 0);
  }

  /** Whether the whole header is valid. */
  boolean isActivated() {
    return damage == null && state == Activation.ACTIVATED;
  }

  /** Whether the segment was never activated, or its activation is lost. */
  boolean isBlank() {
    return state == Activation.BLANK;
  }
}
