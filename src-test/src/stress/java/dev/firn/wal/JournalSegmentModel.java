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

  /** Place and first sequence of a record with {@code units} entries, or "refused". */
  @Operation
  public String reserve(@Param(name = "units") int units) {
    long reservation = segment.reserve((long) units * UNIT, units);
    return reservation < 0
        ? "refused"
        : JournalSegment.offset(reservation) + ":" + segment.firstSequence(reservation);
  }

  /** Ends the reservations. */
  @Operation
  public void seal() {
    segment.seal();
  }

  /** The place of the next record. */
  @Operation
  public long end() {
    return segment.end();
  }

  /** The last reserved sequence. */
  @Operation
  public long lastSequence() {
    return segment.lastSequence();
  }
}
