package dev.firn.core;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/** A reference count as a model checker runs it: each thread releases only what it acquired. */
public class RefCountedModel {

  private static final int THREADS = 8;

  /** The thread that holds the creator's reference. */
  private static final int CREATOR = 1;

  private final Thing thing = new Thing();
  private final int[] held = new int[THREADS];

  /** The first reference is that of thread 1. */
  public RefCountedModel() {
    held[CREATOR] = 1;
  }

  private static final class Thing extends RefCounted {

    private int frees;

    @Override
    protected void free() {
      frees++;
    }
  }

  /** Acquires a reference; it must succeed if the thread already holds one. */
  @Operation
  public boolean tryAcquire(@Param(gen = ThreadIdGen.class) int thread) {
    boolean must = held[thread] > 0;
    boolean taken = thing.tryAcquire();
    if (taken) {
      held[thread]++;
      checkAlive();
    } else if (must) {
      throw new AssertionError("gone while held");
    }
    return taken;
  }

  /** Releases a reference, if the thread has one. */
  @Operation
  public boolean release(@Param(gen = ThreadIdGen.class) int thread) {
    if (held[thread] == 0) {
      return false;
    }
    checkAlive();
    held[thread]--;
    thing.release();
    return true;
  }

  private void checkAlive() {
    if (thing.frees != 0) {
      throw new AssertionError("freed while held");
    }
  }

  /** The count of references. */
  @Operation
  public int references() {
    return thing.references();
  }

  /** Freed once, or held. */
  @Validate
  public void check() {
    int expected = thing.references() == 0 ? 1 : 0;
    if (thing.frees != expected) {
      throw new AssertionError("frees=" + thing.frees + " references=" + thing.references());
    }
  }
}
