package dev.firn;

import dev.firn.engine.Engine;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One moment of a store, read with {@link Tree#at}: all trees as they were when the snapshot was
 * made.
 *
 * <p>An open snapshot takes no memory, but flushes and compactions keep every entry that it sees:
 * close it soon.
 *
 * <p><b>Threading.</b> Any number of threads may read with it. <b>Ownership.</b> Belongs to its
 * store; cursors that were made with it go on after it is closed.
 */
public final class Snapshot implements AutoCloseable {

  private final Engine engine;
  private final long sequence;
  private final AtomicBoolean closed = new AtomicBoolean();

  Snapshot(Engine engine) {
    this.engine = engine;
    this.sequence = engine.openSnapshot();
  }

  /**
   * Returns the sequence of the newest entry that the snapshot sees: the count of entries that were
   * ever written to the store before it.
   */
  public long sequence() {
    return sequence;
  }

  /** Lets compactions drop the entries that only this snapshot sees. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      engine.closeSnapshot(sequence);
    }
  }

  @Override
  public String toString() {
    return "Snapshot[sequence=" + sequence + (closed.get() ? ", closed]" : "]");
  }

  long sequenceIn(Engine expected) {
    if (engine != expected) {
      throw new IllegalArgumentException("snapshot: it belongs to another store");
    }
    if (closed.get()) {
      throw new IllegalStateException("the snapshot is closed");
    }
    return sequence;
  }
}
