package dev.firn.test.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A transaction of a history.
 *
 * @param session the thread; its transactions do not overlap
 * @param begin a moment before the transaction began
 * @param end a moment after it ended; {@link #NEVER} if its end was not seen
 */
public record TransactionRecord(
    int session, long begin, long end, Outcome outcome, List<Operation> operations) {

  /** After all other moments. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How a transaction ended. */
  public enum Outcome {
    COMMITTED,
    ABORTED,
    /** It was about to commit when its process died. */
    UNKNOWN
  }

  /** What it did with some items, and how it ended. */
  String text(Set<Long> items) {
    List<String> told = new ArrayList<>();
    for (Operation operation : operations) {
      if (items.stream().anyMatch(operation::concerns)) {
        told.add(operation.text(items));
      }
    }
    int more = operations.size() - told.size();
    return String.join(", ", told) + (more > 0 ? " and " + more + " more" : "") + ending();
  }

  private String ending() {
    return "; %s, session %d, %d to %s"
        .formatted(
            outcome.name().toLowerCase(Locale.ROOT),
            session,
            begin,
            end == NEVER ? "-" : Long.toString(end));
  }

  @Override
  public String toString() {
    return operations.stream().map(Object::toString).collect(Collectors.joining(", ")) + ending();
  }
}
