package dev.firn.wal;

import java.nio.file.Path;
import java.util.List;

/**
 * A journal after recovery.
 *
 * <p><b>Ownership.</b> Whoever has it holds a reference to each segment, to be let go as that of a
 * segment from {@link Journal#rotate}: with {@link Journal#retire} or
 * {@link JournalSegment#release}.
 *
 * @param segments the segments that hold records, oldest first, mapped and sealed
 * @param spares old segments that the journal may make over, in this order and each durably before
 *     the next: the last first, so that none is gone that a later one says it was prepared after
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
