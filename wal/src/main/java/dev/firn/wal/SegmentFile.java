package dev.firn.wal;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file under a segment's name, and what its header says, as recovery finds it.
 *
 * @param bytes the file's length
 * @param damage what is wrong with the first half of the header; null if nothing is
 * @param preparedAfter the number of the segment in use when this one was prepared; 0 when there
 *     was none or it is not known
 * @param state what its second half is
 * @param bootId when the segment was put to use; 0 when not known
 * @param firstSequence of the segment's first record; meaningless unless activated
 * @param previous the number of the segment used before it; 0 when there is none or it is not known
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
    /** Put to use. */
    ACTIVATED,
    /** Neither: half written, or damaged. */
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

  /** Whether the header says truly when and after what the segment was put to use. */
  boolean isActivated() {
    return damage == null && state == Activation.ACTIVATED;
  }

  /** Whether the segment was never put to use, or lost all trace of it. */
  boolean isBlank() {
    return state == Activation.BLANK;
  }
}
