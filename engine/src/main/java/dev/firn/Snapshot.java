package dev.firn;

import dev.firn.engine.Engine;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One moment of the store: reads that are given a snapshot see all trees as they were when it was
 * made, until it is closed.
 *
 * <p>An open snapshot costs no memory, but merges keep every entry that it sees: close it soon.
 *
 * <p><b>Threading.</b> Any number of threads may read with it.
 */
public final class Snapshot implements AutoCloseable {

  private final Engine engine;
  private final long sequence;
  private final AtomicBoolean closed = new AtomicBoolean();

  Snapshot(Engine engine) {
    this.engine = engine;
    this.sequence = engine.openSnapshot();
  }

  /** The sequence of the newest entry that the snapshot sees. */
  public long sequence() {
    return sequence;
  }

  /** Lets merges forget what only this snapshot sees. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      engine.closeSnapshot(sequence);
    }
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
