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

/** Reference counts: freed once, after the last use, and never too early. */
public final class RefCountedStress {

  private RefCountedStress() {}

  /** An object that two threads use, with plain fields. */
  static class Thing extends RefCounted {

    /** The stores of the users; the thread that frees the object must see all of them. */
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

  /** A thread acquires a reference while the last holder releases its own. */
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

  /** Two holders release at once: the thread that frees the object sees the stores of both. */
  @JCStressTest
  @Outcome(id = "1, 3, 0", expect = ACCEPTABLE, desc = "freed once, after both")
  @State
  public static class LastOneFrees extends Thing {

    @SuppressWarnings("this-escape") // not extended; jcstress forbids final
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
