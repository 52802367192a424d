package dev.firn.wal;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments that wait to be made over, and which of them nobody has use for.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Owns the spares, their mappings too.
 */
final class SpareSegments {

  /** So many are kept, besides the segments that are ready. */
  static final int MOST = 8;

  /** To be made over in this order: see {@link RecoveredJournal#spares}. */
  private final Deque<Spare> ordered = new ArrayDeque<>();

  /** All below the floor: they may be made over in any order, or go. */
  private final Deque<Spare> retired = new ArrayDeque<>();

  /** How many of the retired ones there always were since the last {@link #endRound}. */
  private int unused;

  /** What recovery found. */
  SpareSegments(List<Path> recovered) {
    recovered.forEach(path -> ordered.add(new Spare(path, null)));
  }

  boolean isFull() {
    return ordered.size() + retired.size() >= MOST;
  }

  /** Takes in a segment that the floor is above. */
  void add(Spare spare) {
    retired.add(spare);
  }

  /** Takes in a segment that must be the next one to be made over. */
  void addFirst(Spare spare) {
    ordered.addFirst(spare);
  }

  /** The next one to be made over, which is the caller's then. */
  @Nullable Spare poll() {
    Spare spare = ordered.isEmpty() ? retired.poll() : ordered.poll();
    unused = Math.min(unused, retired.size());
    return spare;
  }

  /**
   * Ends a round, and begins the next.
   *
   * @return those that nobody had use for since the last call, which are the caller's then
   */
  List<Spare> endRound() {
    List<Spare> idle = new ArrayList<>();
    for (; unused > 0; unused--) {
      idle.add(retired.removeLast());
    }
    unused = retired.size();
    return idle;
  }

  /** Takes all that may go, which are the caller's then. */
  List<Spare> takeRetired() {
    List<Spare> taken = List.copyOf(retired);
    retired.clear();
    unused = 0;
    return taken;
  }

  /**
   * Leaves all of them to the next open. So it must be where one could not be made over: it may
   * still be there, and none that it says it was prepared after may go before it.
   */
  void forget() {
    ordered.forEach(Spare::close);
    ordered.clear();
    retired.forEach(Spare::close);
    retired.clear();
    unused = 0;
  }
}
