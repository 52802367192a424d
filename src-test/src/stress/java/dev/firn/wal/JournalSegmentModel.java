package dev.firn.wal;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Reservations in a segment that is soon full, as a model checker runs them. */
@Param(name = "units", gen = IntGen.class, conf = "1:4")
public class JournalSegmentModel {

  private static final int UNIT = 8;
  private static final int ROOM = 10 * UNIT;

  private final JournalSegment segment =
      SegmentOver.file(new PlainMappedFile(SegmentOver.start() + ROOM));

  /** Place and first sequence of a record with as many entries, or why there is none. */
  @Operation
  public String reserve(@Param(name = "units") int units) {
    long reservation = segment.reserve((long) units * UNIT, units);
    return reservation < 0
        ? "refused"
        : JournalSegment.offset(reservation) + ":" + segment.firstSequence(reservation);
  }

  /** Ends reserving. */
  @Operation
  public void seal() {
    segment.seal();
  }

  /** Where the next record would go. */
  @Operation
  public long end() {
    return segment.end();
  }

  /** The last sequence given out. */
  @Operation
  public long lastSequence() {
    return segment.lastSequence();
  }
}
