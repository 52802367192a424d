package dev.firn.wal;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments that are to be recycled, and which of them are idle.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> Owns the spares, with their mappings.
 */
final class SpareSegments {

  /** The maximum count of spares. */
  static final int MAX_SPARES = 8;

  /** To be recycled in this order, see {@link RecoveredJournal#spares}. */
  private final Deque<Spare> ordered = new ArrayDeque<>();

  /** All below the floor, to be recycled or deleted in any order. */
  private final Deque<Spare> retired = new ArrayDeque<>();

  /** The minimum count of {@link #retired} in the time after the last {@link #endRound}. */
  private int unused;

  /** The spares that recovery found. */
  SpareSegments(List<Path> recovered) {
    recovered.forEach(path -> ordered.add(new Spare(path, null)));
  }

  boolean isFull() {
    return ordered.size() + retired.size() >= MAX_SPARES;
  }

  boolean isEmpty() {
    return ordered.isEmpty() && retired.isEmpty();
  }

  /** Adds a segment below the floor. */
  void add(Spare spare) {
    retired.add(spare);
  }

  /** Adds a segment that must be the next one to be recycled. */
  void addFirst(Spare spare) {
    ordered.addFirst(spare);
  }

  /** Removes the next one to be recycled, which the caller then owns. */
  @Nullable Spare poll() {
    Spare spare = ordered.isEmpty() ? retired.poll() : ordered.poll();
    unused = Math.min(unused, retired.size());
    return spare;
  }

  /**
   * Ends a round and begins the next.
   *
   * @return the spares that were idle for the whole round, which the caller then owns
   */
  List<Spare> endRound() {
    List<Spare> idle = new ArrayList<>();
    for (; unused > 0; unused--) {
      idle.add(retired.removeLast());
    }
    unused = retired.size();
    return idle;
  }

  /** Removes all retired spares, which the caller then owns. */
  List<Spare> takeRetired() {
    List<Spare> taken = List.copyOf(retired);
    retired.clear();
    unused = 0;
    return taken;
  }

  /**
   * Leaves all spares to the next open. This is necessary after a spare could not be recycled: its
   * file may still exist, and a segment that it names must not be deleted before it.
   *
   * @return the bytes of the mappings that were ended
   */
  long forget() {
    long bytes = bytes(ordered) + bytes(retired);
    ordered.forEach(Spare::close);
    ordered.clear();
    retired.forEach(Spare::close);
    retired.clear();
    unused = 0;
    return bytes;
  }

  private static long bytes(Deque<Spare> spares) {
    return spares.stream()
        .mapToLong(spare -> spare.mapping() == null ? 0 : spare.mapping().size())
        .sum();
  }
}
