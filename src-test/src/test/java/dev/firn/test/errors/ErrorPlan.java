package dev.firn.test.errors;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The errors that are left to be thrown, and which of them share a round: at most one of each of
 * the store's threads and of the writers, and a few of the caller, in different steps. One that was
 * not reached, because another one made the store fail or because threads met differently, is tried
 * again, at last alone.
 *
 * <p>Errors that are thrown once do not share a round with those that are thrown many times, of
 * which less is asked.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class ErrorPlan {

  private static final int MAX_SHARED_TRIES = 3;
  private static final int MAX_TRIES = 6;
  private static final int MAX_CALLER_ERRORS = 3;
  private static final int MAX_OPENINGS = 4;

  /** How many errors of the caller are looked at for one of another step. */
  private static final int LOOKAHEAD = 30;

  /**
   * An error and its place in the order of a sweep.
   *
   * @param order the same in each process that does this sweep
   */
  record Turn(long order, Injection injection) {}

  /** Errors that may share a round. */
  private record Group(int count, boolean isAtOpening) {

    static Group of(Injection injection) {
      return new Group(injection.count(), injection.isAtOpening());
    }
  }

  private final Map<Group, Map<Role, Deque<Turn>>> groups = new HashMap<>();
  private final Deque<Turn> alone = new ArrayDeque<>();
  private final Map<Turn, Integer> tries = new HashMap<>();

  ErrorPlan(Collection<Turn> turns) {
    turns.stream().sorted(Comparator.comparingLong(Turn::order)).forEach(this::add);
  }

  private void add(Turn turn) {
    groups
        .computeIfAbsent(Group.of(turn.injection), g -> new HashMap<>())
        .computeIfAbsent(turn.injection.role(), r -> new ArrayDeque<>())
        .add(turn);
  }

  /** The errors of the next round; none when all is done. */
  List<Turn> next() {
    if (!alone.isEmpty()) {
      return List.of(alone.remove());
    }
    Group largest =
        groups.keySet().stream().max(Comparator.comparingInt(this::rounds)).orElse(null);
    if (largest == null || rounds(largest) == 0) {
      return List.of();
    }
    List<Turn> round = new ArrayList<>();
    groups
        .get(largest)
        .forEach(
            (role, turns) -> {
              if (role == Role.CALLER) {
                takeCallers(turns, largest.isAtOpening, round);
              } else if (!turns.isEmpty()) {
                round.add(turns.remove());
              }
            });
    return round;
  }

  /** How many rounds a group needs at least. */
  private int rounds(Group group) {
    return groups.get(group).values().stream().mapToInt(Deque::size).max().orElse(0);
  }

  private static void takeCallers(Deque<Turn> turns, boolean isAtOpening, List<Turn> round) {
    int max = isAtOpening ? MAX_OPENINGS : MAX_CALLER_ERRORS;
    Set<Integer> steps = new HashSet<>();
    List<Turn> passedOver = new ArrayList<>();
    for (int i = 0; i < LOOKAHEAD && !turns.isEmpty() && steps.size() < max && max > 0; i++) {
      Turn turn = turns.remove();
      if (isAtOpening) {
        round.add(turn);
        max--;
      } else if (steps.add(turn.injection.step())) {
        round.add(turn);
      } else {
        passedOver.add(turn);
      }
    }
    passedOver.reversed().forEach(turns::addFirst);
  }

  /** An error was not reached; returns whether it will be tried again. */
  boolean missed(Turn turn) {
    int count = tries.merge(turn, 1, Integer::sum);
    if (count < MAX_SHARED_TRIES) {
      add(turn);
    } else if (count < MAX_TRIES) {
      alone.add(turn);
    } else {
      tries.remove(turn);
    }
    return count < MAX_TRIES;
  }
}
