package dev.firn.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Reference counts: freed once, when nobody uses the thing any more, and never too early. */
public final class RefCountedStress {

  private RefCountedStress() {}

  /** Something that two threads use, with plain fields. */
  static class Thing extends RefCounted {

    /** What the users leave behind; whoever frees the thing must see all of it. */
    int left1;

    int left2;

    int frees;
    int seenAtFree;

    @Override
    protected void free() {
      seenAtFree = left1 + left2;
      frees++;
    }
  }

  /** Somebody takes a reference while the last holder lets go. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late; freed once")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "taken, not freed meanwhile; freed once")
  @Outcome(id = "2, 1", expect = FORBIDDEN, desc = "used after it was freed")
  @Outcome(id = "., [02]", expect = FORBIDDEN, desc = "leaked, or freed twice")
  @State
  public static class AcquireWhileReleased extends Thing {

    @Actor
    public void user(II_Result r) {
      if (tryAcquire()) {
        r.r1 = frees == 0 ? 1 : 2;
        release();
      }
    }

    @Actor
    public void holder() {
      release();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r2 = frees;
    }
  }

  /** Two holders let go at once: whoever frees the thing sees what both did with it. */
  @JCStressTest
  @Outcome(id = "1, 3, 0", expect = ACCEPTABLE, desc = "freed once, after both")
  @State
  public static class LastOneFrees extends Thing {

    @SuppressWarnings("this-escape") // nobody extends it; jcstress forbids to say so
    public LastOneFrees() {
      acquire();
    }

    @Actor
    public void one() {
      left1 = 1;
      release();
    }

    @Actor
    public void other() {
      left2 = 2;
      release();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = frees;
      r.r2 = seenAtFree;
      r.r3 = references();
    }
  }
}
