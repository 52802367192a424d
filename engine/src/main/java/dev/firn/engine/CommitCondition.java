package dev.firn.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a commit depends on: keys and ranges that were not written after a sequence. Used for one
 * commit.
 *
 * <p><b>What decides.</b> The sequences of the entries in memtables and tables; no lock table and
 * no list of recent commits exists. Flush and compaction may drop an entry, or take its sequence
 * away, only if its sequence is at or below an open snapshot's, see
 * {@code Retention}. So
 *
 * <ul>
 *   <li>with a snapshot that stays open until the commit returns ({@link #since}), every later
 *       write is found, wherever it is;
 *   <li>without one ({@link #sinceUnkept}), writes are found while they are in memory. When one of
 *       them may have been flushed, the commit finds a conflict, rightly or not, and the caller
 *       begins again with a newer sequence. A flush follows some megabytes of writes, so that does
 *       not happen twice in a row.
 * </ul>
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
public final class CommitCondition {

  private final CommitCheck check;
  private final boolean isKept;

  /** The checked keys have no write after the condition's sequence up to this one. */
  private long checkedTo;

  private @Nullable Conflict conflict;

  /** Why the second look failed. */
  private @Nullable Throwable failure;

  private CommitCondition(CommitCheck check, long since, boolean isKept) {
    this.check = check;
    this.checkedTo = since;
    this.isKept = isKept;
  }

  /**
   * No write after the sequence of a snapshot, which is open until the commit returns.
   *
   * @param since the snapshot's {@link OpenSnapshot#sequence}
   */
  public static CommitCondition since(long since, CommitCheck check) {
    return new CommitCondition(check, since, true);
  }

  /**
   * No write after a sequence that no snapshot keeps.
   *
   * @param since an {@link Engine#visibleSequence} taken before the caller read what it depends on
   */
  public static CommitCondition sinceUnkept(long since, CommitCheck check) {
    return new CommitCondition(check, since, false);
  }

  /** The conflict that kept the commit from writing, or null. */
  public @Nullable Conflict conflict() {
    return conflict;
  }

  /**
   * Checks what was committed up to a sequence and not checked before.
   *
   * @param view pinned before the sequence was visible, or contains all entries up to it
   * @return whether nothing was changed
   */
  boolean holds(ReadView view, long upTo, Health health) {
    if (upTo <= checkedTo) {
      return true;
    }
    conflict = new ChangeSearch(view, checkedTo, upTo, isKept, health).find(check);
    checkedTo = upTo;
    return conflict == null;
  }

  /**
   * As {@link #holds}, after the reservation: a failure is kept, and the condition does not hold.
   */
  boolean stillHolds(ReadView view, long upTo, Health health) {
    try {
      return holds(view, upTo, health);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      failure = e;
      return false;
    }
  }

  /** Whether the commit has written; throws what kept it from finding out. */
  boolean isMet() {
    switch (failure) {
      case null -> {}
      case Error thrown -> throw thrown;
      case RuntimeException thrown -> throw thrown;
      default -> throw new AssertionError(failure);
    }
    return conflict == null;
  }
}
