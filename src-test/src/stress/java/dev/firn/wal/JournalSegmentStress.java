package dev.firn.wal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.firn.error.CorruptionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Concurrent reserving, sealing and publishing in a journal segment. */
public final class JournalSegmentStress {

  private JournalSegmentStress() {}

  /** Two writers: places and sequences are disjoint, without a gap, and in the same order. */
  @JCStressTest
  @Outcome(id = "64, 1, 128, 3", expect = ACCEPTABLE, desc = "the first one, then the other")
  @Outcome(id = "96, 2, 64, 1", expect = ACCEPTABLE, desc = "the other one, then the first")
  @State
  public static class TwoReserve extends JournalSegmentRound {

    @Actor
    public void two(IIII_Result r) {
      long reservation = segment.reserve(64, 2);
      r.r1 = (int) JournalSegment.offset(reservation);
      r.r2 = (int) segment.firstSequence(reservation);
    }

    @Actor
    public void one(IIII_Result r) {
      long reservation = segment.reserve(32, 1);
      r.r3 = (int) JournalSegment.offset(reservation);
      r.r4 = (int) segment.firstSequence(reservation);
    }

    @Arbiter
    public void end(IIII_Result r) {
      recycle();
    }
  }

  /** The end that the thread sees that sealed the segment is final. */
  @JCStressTest
  @Outcome(id = "64, 128, 128", expect = ACCEPTABLE, desc = "reserved, then sealed")
  @Outcome(id = "-1, 64, 64", expect = ACCEPTABLE, desc = "sealed, then refused")
  @Outcome(id = "64, 64, 128", expect = FORBIDDEN, desc = "reserved in a sealed segment")
  @State
  public static class SealEndsReserving extends JournalSegmentRound {

    @Actor
    public void writer(III_Result r) {
      long reservation = segment.reserve(64, 1);
      r.r1 = reservation < 0 ? -1 : (int) JournalSegment.offset(reservation);
    }

    @Actor
    public void rotation(III_Result r) {
      segment.seal();
      r.r2 = (int) segment.end();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r3 = (int) segment.end();
      recycle();
    }
  }

  /** A thread that sees that a record is published sees its bytes, which are synced and checked. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "not published yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "published, whole")
  @Outcome(id = "-1", expect = FORBIDDEN, desc = "published before it was written")
  @State
  public static class PublishedIsWritten extends JournalSegmentRound {

    @Actor
    public void writer() {
      RecordBuilder record = record();
      long bytes = record.paddedBytes();
      long reservation = segment.reserve(bytes, record.count());
      long offset = JournalSegment.offset(reservation);
      segment.append(record, offset, segment.firstSequence(reservation), false);
      segment.publish(offset + bytes);
    }

    @Actor
    public void reader(I_Result r) {
      boolean published = segment.published() > JournalFormat.HEADER_BYTES;
      try {
        segment.verify();
        r.r1 = published ? 1 : 0;
      } catch (CorruptionException e) {
        r.r1 = -1;
      }
    }

    @Arbiter
    public void end(I_Result r) {
      recycle();
    }
  }
}
