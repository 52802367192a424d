package dev.firn.engine;

import java.util.function.LongSupplier;

/**
 * A snapshot that {@link Snapshots} keeps, from opening to closing.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class OpenSnapshot implements LongSupplier {

  private final long sequence;
  private final LongSupplier clock;

  /** Written with the lock of {@link Snapshots} held, before a compaction can drop entries. */
  private volatile boolean closed;

  /**
   * @param clock what the store's clock showed at its opening
   */
  OpenSnapshot(long sequence, long clock) {
    this.sequence = sequence;
    this.clock = () -> clock;
  }

  /** Shows the time of its opening. */
  LongSupplier clock() {
    return clock;
  }

  /** The sequence of the newest entry that it sees, also after it was closed. */
  public long sequence() {
    return sequence;
  }

  /** Whether flushes and compactions need not keep what it sees. */
  public boolean isClosed() {
    return closed;
  }

  void markClosed() {
    closed = true;
  }

  /**
   * The sequence to read at. A read asks for it with its view pinned. If the snapshot is open then,
   * it was open when the view was made, and the view has all entries that it sees; the tables of a
   * later view may lack some.
   *
   * @throws IllegalStateException when the snapshot is closed
   */
  @Override
  public long getAsLong() {
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
    return sequence;
  }
}
