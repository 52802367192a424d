package dev.firn.engine;

import org.jspecify.annotations.Nullable;

/**
 * The keys and ranges that a commit requires to be unchanged.
 *
 * <p><b>Threading.</b> Called by the committing thread, at most twice: once before the commit takes
 * its place in the journal, and once after that if others committed in between. The second call
 * holds up the writers behind it: it must not wait, nor call the store.
 */
@FunctionalInterface
public interface CommitCheck {

  /** Returns the first change that {@code changes} finds of these keys and ranges, or null. */
  @Nullable Conflict find(ChangeSearch changes);
}
