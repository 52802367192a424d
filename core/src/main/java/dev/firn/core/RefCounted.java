package dev.firn.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An object with a count of references, which is freed when the last one is released. The creator
 * holds the first.
 *
 * <p><b>Threading.</b> Any thread may call. {@link #free} runs once, on the thread that released
 * the last reference.
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

  /** Adds a reference; the caller must already hold one. */
  public final void acquire() {
    if (!tryAcquire()) {
      throw new AssertionError(this + " was acquired after it was freed");
    }
  }

  /** Adds a reference, or returns false if the last one was released. */
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

  /** Releases a reference, and frees this if it was the last. */
  public final void release() {
    int left = (int) COUNT.getAndAdd(this, -1) - 1;
    if (left == 0) {
      free();
    } else if (left < 0) {
      throw new AssertionError(this + " was released more often than acquired");
    }
  }

  /** The count of references at this moment; for tests and statistics. */
  public final int references() {
    return count;
  }

  /** Frees what this owns. Called once. */
  protected abstract void free();
}
