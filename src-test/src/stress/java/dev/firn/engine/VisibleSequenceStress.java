package dev.firn.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Publication by the visible sequence; plain fields stand for the entries. */
public final class VisibleSequenceStress {

  private VisibleSequenceStress() {}

  /** A visible sequence and the data written up to it. */
  static class Written {

    final VisibleSequence visible = new VisibleSequence(new Health(problem -> {}), 0);
    int first;
    int second;
  }

  /** A reader that sees the sequence sees the data written before it was raised. */
  @JCStressTest
  @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "nothing yet")
  @Outcome(id = "0, ., .+", expect = ACCEPTABLE_INTERESTING, desc = "written, not visible yet")
  @Outcome(id = "1, 1, 10", expect = ACCEPTABLE, desc = "visible with its data")
  @Outcome(id = "1, .*", expect = FORBIDDEN, desc = "visible before its data")
  @State
  public static class VisibleIsWritten extends Written {

    @Actor
    public void writer() {
      first = 1;
      visible.raise(1, 10, 20);
    }

    @Actor
    public void reader(III_Result r) {
      r.r1 = (int) visible.get();
      r.r2 = first;
      r.r3 = (int) visible.userBytes();
    }
  }

  /** A writer whose turn has come sees the data of the preceding writer. */
  @JCStressTest
  @Outcome(id = "1, 30", expect = ACCEPTABLE, desc = "one after the other")
  @State
  public static class WritersTakeTurns extends Written {

    @Actor
    public void before() {
      first = 1;
      visible.await(0);
      visible.raise(1, 10, 20);
    }

    @Actor
    public void after(II_Result r) {
      second = 1;
      visible.await(1);
      r.r1 = first;
      visible.raise(2, 20, 40);
      r.r2 = (int) visible.userBytes();
    }
  }
}
