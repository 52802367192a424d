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

/** Pins against the replacement of views and against closing. */
public final class CurrentViewStress {

  private CurrentViewStress() {}

  /** CurrentView, the first of which is the only holder of its version. */
  static class TwoVersions {

    final CurrentView views = new CurrentView(Runnable::run);
    final Version first = EmptyVersion.make();
    final Version second = EmptyVersion.make();
    volatile boolean closed;

    TwoVersions() {
      views.install(List.of(), false, first);
      first.release();
    }

    final void replace() {
      views.install(List.of(), false, second);
      second.release();
    }

    /** 1 while a version is held by somebody, 0 once it was let go of. */
    static int alive(Version version) {
      return version.references() > 0 ? 1 : 0;
    }
  }

  /** What a reader has pinned is there until the reader leaves, and not longer. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "pinned and let go of")
  @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "let go of under a pin")
  @Outcome(id = "1, 1, .", expect = FORBIDDEN, desc = "never let go of")
  @State
  public static class PinKeepsView extends TwoVersions {

    @Actor
    public void reader(III_Result r) {
      ReadView view = views.acquire();
      r.r1 = alive(view.version());
      views.release(view);
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

  /** As {@link PinKeepsView}, for a cursor, which outlives the call that made it. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "pinned and let go of")
  @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "let go of under a cursor")
  @Outcome(id = "1, 1, .", expect = FORBIDDEN, desc = "never let go of")
  @State
  public static class CursorKeepsView extends TwoVersions {

    @Actor
    public void reader(III_Result r) {
      ReadView view = views.acquire();
      view.pinForCursor();
      views.release(view);
      r.r1 = alive(view.version());
      view.unpinForCursor();
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

  /** When closing has returned, nobody is inside any more. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "inside before it was closed")
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
  @Outcome(id = "2, 0", expect = FORBIDDEN, desc = "inside after it was closed")
  @State
  public static class CloseWaits extends TwoVersions {

    @Actor
    public void reader(II_Result r) {
      try {
        ReadView view = views.acquire();
        r.r1 = closed ? 2 : 1;
        views.release(view);
      } catch (IllegalStateException e) {
        r.r1 = 0;
      }
    }

    @Actor
    public void closer() {
      views.close();
      closed = true;
    }

    @Arbiter
    public void end(II_Result r) {
      views.retireLast();
      r.r2 = alive(first);
    }
  }
}
