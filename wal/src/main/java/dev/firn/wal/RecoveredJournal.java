package dev.firn.wal;

import java.nio.file.Path;
import java.util.List;

/**
 * A journal after recovery.
 *
 * <p><b>Ownership.</b> The owner holds a reference to each segment and releases it like that of a
 * segment from {@link Journal#rotate}: with {@link Journal#retire} or {@link
 * JournalSegment#release}.
 *
 * @param segments the segments that hold records, oldest first, mapped and sealed
 * @param spares segments that the journal may recycle, in this order and each durably before the
 *     next: the last first, so that a segment never outlives one that it was prepared after
 * @param nextNumber the number of the next segment
 * @param tail what was found
 */
public record RecoveredJournal(
    List<JournalSegment> segments, List<Path> spares, long nextNumber, JournalTail tail) {

  /** The sequence of the next entry. */
  public long nextSequence() {
    return tail.lastSequence() + 1;
  }
}
