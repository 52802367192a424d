package dev.firn;

import dev.firn.engine.Engine;
import dev.firn.engine.OpenSnapshot;

/**
 * One moment of a store, read with {@link Tree#at}: all trees as they were when the snapshot was
 * made.
 *
 * <p>An open snapshot takes no memory, but flushes and compactions keep every entry that it sees:
 * close it soon.
 *
 * <p><b>Threading.</b> Any number of threads may read with it. A read during {@link #close} sees
 * what the snapshot saw, or throws {@link IllegalStateException}. <b>Ownership.</b> Belongs to its
 * store; cursors that were made with it go on after it is closed.
 */
public final class Snapshot implements AutoCloseable {

  private final Engine engine;
  private final OpenSnapshot opened;

  Snapshot(Engine engine) {
    this.engine = engine;
    this.opened = engine.openSnapshot();
  }

  /**
   * Returns the sequence of the newest entry that the snapshot sees: the count of entries that were
   * ever written to the store before it.
   */
  public long sequence() {
    return opened.sequence();
  }

  /** Lets compactions drop the entries that only this snapshot sees. Idempotent. */
  @Override
  public void close() {
    engine.closeSnapshot(opened);
  }

  @Override
  public String toString() {
    return "Snapshot[sequence=" + sequence() + (opened.isClosed() ? ", closed]" : "]");
  }

  /**
   * What a read is made with, which asks again whether the snapshot is open.
   *
   * @throws IllegalStateException when the snapshot is closed
   */
  OpenSnapshot openIn(Engine expected) {
    if (engine != expected) {
      throw new IllegalArgumentException("snapshot: it belongs to another store");
    }
    opened.getAsLong();
    return opened;
  }
}
