package dev.firn.memtable;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What readers of a memtable see of concurrent inserts, as numbers of entries. */
public final class MemTableStress {

  private MemTableStress() {}

  /** A search concurrent with the insert of its key. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "there, whole")
  @Outcome(id = "-1", expect = FORBIDDEN, desc = "a node that is linked before it is written")
  @State
  public static class GetSeesWholeEntry extends MemTableRound {

    @Actor
    public void writer() {
      insert(A, 1);
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = newest(A);
    }

    @Arbiter
    public void end(I_Result r) {
      recycle();
    }
  }

  /** A walk concurrent with an insert: keys are read from the node, too. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "there, whole")
  @Outcome(id = "-1", expect = FORBIDDEN, desc = "a node that is linked before it is written")
  @State
  public static class CursorSeesWholeEntry extends MemTableRound {

    @Actor
    public void writer() {
      insert(B, 1);
    }

    @Actor
    public void reader(I_Result r) {
      try (InternalCursor cursor = table.cursor()) {
        r.r1 = cursor.first() ? number(cursor, B) : NONE;
      }
    }

    @Arbiter
    public void end(I_Result r) {
      recycle();
    }
  }

  /** Two searches for a key that gets a newer entry: an entry that was seen stays visible. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the older one")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the newer one came between")
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the newer one")
  @Outcome(id = "2, 1", expect = FORBIDDEN, desc = "a search ended at the older one, unmarked")
  @State
  public static class NewerEntryStays extends MemTableRound {

    @SuppressWarnings("this-escape") // not extended; jcstress forbids final
    public NewerEntryStays() {
      insert(A, 1);
    }

    @Actor
    public void writer() {
      insert(A, 2);
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = newest(A);
      r.r2 = newest(A);
    }

    @Arbiter
    public void end(II_Result r) {
      recycle();
    }
  }

  /** Two entries of one key inserted at once: then both are found, each at its sequence. */
  @JCStressTest
  @Outcome(id = "2, 1, 21", expect = ACCEPTABLE, desc = "both, the newer one first")
  @State
  public static class OneKeyTwice extends MemTableRound {

    @Actor
    public void older() {
      insert(A, 1);
    }

    @Actor
    public void newer() {
      insert(A, 2);
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = newest(A);
      r.r2 = newest(A, 1);
      r.r3 = walk(true);
      recycle();
    }
  }

  /** Two neighbours inserted at once, one of them by a batch that also inserts the next one. */
  @JCStressTest
  @Outcome(id = "213, 312, 2", expect = ACCEPTABLE, desc = "all three, in order both ways")
  @State
  public static class NeighboursAtOnce extends MemTableRound {

    @Actor
    public void one() {
      insert(B, 1);
    }

    @Actor
    public void batch() {
      insertBatch(2, A, C);
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = walk(true);
      r.r2 = walk(false);
      r.r3 = newest(A);
      recycle();
    }
  }

  /**
   * A batch read forwards, concurrent with a writer of two entries. The second entry precedes the
   * first in the order of keys: a reader that passes it also meets the first.
   */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "none yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "the first one written")
  @Outcome(id = "21", expect = ACCEPTABLE, desc = "both")
  @Outcome(id = "2", expect = FORBIDDEN, desc = "the second one written without the first")
  @State
  public static class ScanForwards extends MemTableRound {

    @Actor
    public void writer() {
      insert(C, 1);
      insert(A, 2);
    }

    @Actor
    public void reader(I_Result r) {
      EntryBatch batch = new EntryBatch(4);
      try (InternalCursor cursor = table.cursor()) {
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          cursor.readForward(batch, null);
        }
      }
      int digits = 0;
      for (int i = 0; i < batch.size(); i++) {
        int number = number(batch.trailer(i), batch.valueOffset(i), batch.valueLength(i));
        MemorySegment key = number == 1 ? KEYS[C] : KEYS[A];
        boolean whole = number != TORN && batch.compareKey(i, key, 0, KEY_BYTES) == 0;
        digits = whole ? 10 * digits + number : Integer.MIN_VALUE;
      }
      r.r1 = digits;
    }

    @Arbiter
    public void end(I_Result r) {
      recycle();
    }
  }

  /** As {@link ScanForwards}, from the end. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "none yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "the first one written")
  @Outcome(id = "21", expect = ACCEPTABLE, desc = "both")
  @Outcome(id = "2", expect = FORBIDDEN, desc = "the second one written without the first")
  @State
  public static class ScanBackwards extends MemTableRound {

    @Actor
    public void writer() {
      insert(A, 1);
      insert(C, 2);
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = walk(false);
    }

    @Arbiter
    public void end(I_Result r) {
      recycle();
    }
  }

  /** Two writers reserve the rest of the arena, which is enough for one. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first one has it")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second one has it")
  @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "promised twice")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "refused though there was room")
  @State
  public static class BudgetIsGivenOnce extends MemTableRound {

    private static final long MORE_THAN_HALF = 4 * MemTable.nodeBytes(KEY_BYTES);

    @Actor
    public void one(II_Result r) {
      r.r1 = table.tryBudget(MORE_THAN_HALF) ? 1 : 0;
    }

    @Actor
    public void other(II_Result r) {
      r.r2 = table.tryBudget(MORE_THAN_HALF) ? 1 : 0;
    }

    @Arbiter
    public void end(II_Result r) {
      recycle();
    }
  }
}
