package dev.firn.test.isolation;

import java.util.List;
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

  @Override
  public String toString() {
    return operations.stream().map(Object::toString).collect(Collectors.joining(", "))
        + ", %s; session %d, from %d to %s"
            .formatted(
                outcome.name().toLowerCase(java.util.Locale.ROOT),
                session,
                begin,
                end == NEVER ? "-" : Long.toString(end));
  }
}
