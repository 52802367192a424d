package dev.firn.version;

import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.JournalHead;

/**
 * The journal segment that the manifest names, so that no folder without a journal passes for the
 * store.
 *
 * <p><b>Threading.</b> {@link #activate} and then {@link #isNamedBy}: any thread, without a lock.
 * Either an edit that is being written sees the segment, or that thread sees the edit's floor. The
 * other methods: one thread at a time.
 */
final class RequiredJournal {

  /** The newest journal segment that was activated. */
  private volatile long activated;

  /** The journal floor of the edit that is being written, or of the last one. */
  private volatile long writtenFloor;

  /** Starts with what a new manifest says. */
  void begin(StoreState state) {
    activated = state.journalHead();
    writtenFloor = state.journalFloor();
  }

  /** A segment was activated. */
  void activate(long segment) {
    activated = segment;
  }

  /** Whether this state, and an edit that is being written after it, name a segment. */
  boolean isNamedBy(StoreState state) {
    return state.requiresJournal() && state.journalHead() >= writtenFloor;
  }

  /** An edit that is about to be written, with the newest segment if the state lacks it. */
  VersionEdit complete(StoreState state, VersionEdit edit) {
    for (Change change : edit.changes()) {
      if (change instanceof JournalFloor floor) {
        writtenFloor = floor.number();
      }
    }
    long head = activated;
    return head > state.journalHead() ? edit.with(new JournalHead(head)) : edit;
  }
}
