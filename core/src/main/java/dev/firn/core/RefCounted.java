package dev.firn.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Something that is freed when the last of those who hold it lets go. The count starts at 1, held
 * by the creator.
 *
 * <p><b>Threading.</b> All methods may be called by any thread. {@link #free} runs once, on the
 * thread that let go last.
 */
public abstract class RefCounted {

  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(RefCounted.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int count = 1;

  /** For subclassing. */
  protected RefCounted() {}

  /** Takes one more reference; the caller holds one already. */
  public final void acquire() {
    if (!tryAcquire()) {
      throw new AssertionError(this + " was acquired after it was freed");
    }
  }

  /** Takes a reference, or returns false when the last one is gone. */
  public final boolean tryAcquire() {
    int seen = count;
    while (seen > 0) {
      int found = (int) COUNT.compareAndExchange(this, seen, seen + 1);
      if (found == seen) {
        return true;
      }
      seen = found;
    }
    return false;
  }

  /** Lets go of one reference, and frees this when it was the last. */
  public final void release() {
    int left = (int) COUNT.getAndAdd(this, -1) - 1;
    if (left == 0) {
      free();
    } else if (left < 0) {
      throw new AssertionError(this + " was released more often than acquired");
    }
  }

  /** How many references there are at this moment; for tests and statistics. */
  public final int references() {
    return count;
  }

  /** Frees what this owns. Called once. */
  protected abstract void free();
}
