package dev.firn.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The newest sequence that readers see, and the bytes committed up to it. It only rises.
 *
 * <p><b>Threading.</b> Raised by one writer at a time, in the order of sequences; read by any
 * thread. A reader that sees a sequence also sees all memtable entries up to it.
 */
final class VisibleSequence {

  private static final VarHandle SEQUENCE;

  static {
    try {
      SEQUENCE =
          MethodHandles.lookup().findVarHandle(VisibleSequence.class, "sequence", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Health health;

  /** Plain fields that the store into {@link #sequence} publishes. */
  private long userBytes;

  private long journalBytes;

  private volatile long sequence;

  VisibleSequence(Health health, long recovered) {
    this.health = health;
    this.sequence = recovered;
  }

  /** The newest sequence that readers see. */
  long get() {
    return sequence;
  }

  /**
   * Returns when everything up to {@code target} is visible. Throws if the store fails first,
   * because the target may never be reached then.
   */
  void await(long target) {
    for (int waits = 0; get() < target; waits++) {
      health.check();
      Backoff.pause(waits);
    }
  }

  /** Raises the sequence; the caller has waited for its turn with {@link #await}. */
  void raise(long to, long moreUserBytes, long moreJournalBytes) {
    userBytes += moreUserBytes;
    journalBytes += moreJournalBytes;
    SEQUENCE.setRelease(this, to);
  }

  /** Bytes of keys and values committed since the store was opened. */
  long userBytes() {
    get();
    return userBytes;
  }

  /** Bytes of journal records committed since the store was opened. */
  long journalBytes() {
    get();
    return journalBytes;
  }
}
