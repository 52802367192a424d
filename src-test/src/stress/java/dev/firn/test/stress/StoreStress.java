package dev.firn.test.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What users of a store see of each other; each round has its own keys. */
public final class StoreStress {

  private StoreStress() {}

  private static int found(Tree tree, byte[] key) {
    return tree.get(key) == null ? 0 : 1;
  }

  /** Two gets beside a batch: a reader that sees a part of it sees all of it from then on. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before the batch")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the batch came between")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "after the batch")
  @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "half of a batch")
  @State
  public static class BatchIsSeenWhole extends StoreRound {

    @Actor
    public void writer() {
      store().write(new WriteBatch().put(one(), a, VALUE).put(other(), b, VALUE));
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = found(other(), b);
      r.r2 = found(one(), a);
    }
  }

  /** As {@link BatchIsSeenWhole}, reading in the order in which entries are linked. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before the batch")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the batch came between")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "after the batch")
  @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "half of a batch")
  @State
  public static class BatchIsSeenWholeInOrder extends StoreRound {

    @Actor
    public void writer() {
      store().write(new WriteBatch().put(one(), a, VALUE).put(other(), b, VALUE));
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = found(one(), a);
      r.r2 = found(other(), b);
    }
  }

  /** A scan beside a batch that replaces one of its keys and adds another. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "before the batch")
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "after the batch")
  @Outcome(id = "0", expect = FORBIDDEN, desc = "without a key that is there all the time")
  @Outcome(id = "12", expect = FORBIDDEN, desc = "half of a batch")
  @State
  public static class ScanSeesBatchWhole extends StoreRound {

    @SuppressWarnings("this-escape") // jcstress forbids a final class
    public ScanSeesBatchWhole() {
      one().put(a, VALUE);
    }

    @Actor
    public void writer() {
      store().write(new WriteBatch().delete(one(), a).put(one(), b, VALUE).put(one(), c, VALUE));
    }

    /** Before the batch: a alone. After it: b and c. */
    @Actor
    public void reader(I_Result r) {
      int seen = 0;
      try (Cursor cursor = one().cursor(KeyRange.prefix(round))) {
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          byte last = cursor.keyBytes()[round.length];
          seen = last == 'a' ? seen + 1 : last == 'b' ? seen + 10 : seen + 100;
        }
      }
      r.r1 = seen == 1 ? 1 : seen == 110 ? 2 : seen == 0 ? 0 : 12;
    }
  }

  /**
   * Each of two writers looks for the other's key after its own put was acknowledged: the later
   * commit must find the earlier one.
   */
  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first one's commit was earlier")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the other one's commit was earlier")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both committed before either looked")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "acknowledged, and not seen")
  @State
  public static class AcknowledgedIsSeen extends StoreRound {

    @Actor
    public void one(II_Result r) {
      one().put(a, VALUE);
      r.r1 = found(one(), b);
    }

    @Actor
    public void other(II_Result r) {
      one().put(b, VALUE);
      r.r2 = found(one(), a);
    }
  }
}
