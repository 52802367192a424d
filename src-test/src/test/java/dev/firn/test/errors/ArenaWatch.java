package dev.firn.test.errors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Called by the store's code in place of the {@link Arena} methods of the same names: remembers the
 * arenas that a caller has to close.
 */
public final class ArenaWatch {

  /** An arena and the thread that made it. */
  private record Made(Arena arena, String thread, Throwable origin) {}

  @GuardedBy("ArenaWatch.class")
  private static final List<Made> MADE = new ArrayList<>();

  private ArenaWatch() {}

  /** A shared arena. */
  public static Arena ofShared() {
    return watched(Arena.ofShared());
  }

  /** A confined arena. */
  public static Arena ofConfined() {
    return watched(Arena.ofConfined());
  }

  private static synchronized Arena watched(Arena arena) {
    MADE.add(new Made(arena, Thread.currentThread().getName(), new Throwable("made here")));
    return arena;
  }

  /** Forgets all arenas that were made so far. */
  static synchronized void clear() {
    MADE.clear();
  }

  /** Where the threads of a round made the arenas that are still open. */
  static synchronized List<Throwable> open(String round) {
    return MADE.stream()
        .filter(made -> made.arena.scope().isAlive() && made.thread.endsWith(round))
        .map(Made::origin)
        .toList();
  }
}
