package dev.firn.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.firn.version.EmptyVersion;
import dev.firn.version.Version;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Pins against concurrent replacement and closing of the view. */
public final class CurrentViewStress {

  private CurrentViewStress() {}

  /** A current view that alone holds its version. */
  static class TwoVersions {

    final CurrentView currentView = new CurrentView(Runnable::run);
    final Version first = EmptyVersion.make();
    final Version second = EmptyVersion.make();
    volatile boolean closed;

    TwoVersions() {
      currentView.install(List.of(), false, first);
      first.release();
    }

    final void replace() {
      currentView.install(List.of(), false, second);
      second.release();
    }

    /** 1 while a version is held, 0 once it is released. */
    static int alive(Version version) {
      return version.references() > 0 ? 1 : 0;
    }
  }

  /** A pinned version is held until the reader unpins it, and not longer. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "pinned, then released")
  @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "released under a pin")
  @Outcome(id = "1, 1, .", expect = FORBIDDEN, desc = "never released")
  @State
  public static class PinKeepsView extends TwoVersions {

    @Actor
    public void reader(III_Result r) {
      ReadView view = currentView.acquire(ReadView.stripe());
      r.r1 = alive(view.version());
      view.pins.getAndDecrement(ReadView.stripe());
      view.reclaimIfRetired();
    }

    @Actor
    public void writer() {
      replace();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r2 = alive(first);
      r.r3 = alive(second);
    }
  }

  /** The same for a cursor, which outlives the call that opened it. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "pinned, then released")
  @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "released under a cursor")
  @Outcome(id = "1, 1, .", expect = FORBIDDEN, desc = "never released")
  @State
  public static class CursorKeepsView extends TwoVersions {

    @Actor
    public void reader(III_Result r) {
      ReadView view = currentView.acquire(ReadView.stripe());
      view.pins.getAndIncrement(ReadView.stripe() + ReadView.CURSOR);
      view.pins.getAndDecrement(ReadView.stripe());
      view.reclaimIfRetired();
      r.r1 = alive(view.version());
      view.pins.getAndDecrement(ReadView.stripe() + ReadView.CURSOR);
      view.reclaimIfRetired();
    }

    @Actor
    public void writer() {
      replace();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r2 = alive(first);
      r.r3 = alive(second);
    }
  }

  /** When closing has returned, no reader is inside. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "inside before it was closed")
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
  @Outcome(id = "2, 0", expect = FORBIDDEN, desc = "inside after it was closed")
  @State
  public static class CloseWaits extends TwoVersions {

    @Actor
    public void reader(II_Result r) {
      try {
        ReadView view = currentView.acquire(ReadView.stripe());
        r.r1 = closed ? 2 : 1;
        view.pins.getAndDecrement(ReadView.stripe());
        view.reclaimIfRetired();
      } catch (IllegalStateException e) {
        r.r1 = 0;
      }
    }

    @Actor
    public void closer() {
      currentView.close();
      closed = true;
    }

    @Arbiter
    public void end(II_Result r) {
      currentView.retireLast();
      r.r2 = alive(first);
    }
  }
}
