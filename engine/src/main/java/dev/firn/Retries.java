package dev.firn;

import dev.firn.error.ConflictException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a body in a transaction until it commits without a conflict, or too often. Each further try
 * waits a random time first, whose bound doubles up to {@value #MAX_PAUSE_NANOS} ns: of several
 * threads at one key each gets its turn.
 */
final class Retries {

  /** The maximum count of tries. */
  static final int MAX_TRIES = 64;

  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long MAX_PAUSE_NANOS = 10_000_000;

  private Retries() {}

  /**
   * Runs the body.
   *
   * @param begin begins each transaction
   * @param again called before each further try
   */
  static <T extends @Nullable Object, X extends Exception> T run(
      Supplier<Transaction> begin, Runnable again, TransactionBody<T, X> body) throws X {
    ConflictException last;
    int tries = 0;
    do {
      if (tries > 0) {
        again.run();
        pause(tries);
      }
      try (Transaction transaction = begin.get()) {
        T result = body.run(transaction); // what it throws is not tried again
        try {
          transaction.commit();
          return result;
        } catch (ConflictException e) {
          last = e;
        }
      }
      tries++;
    } while (tries < MAX_TRIES);
    throw new ConflictException(tries, last);
  }

  private static void pause(int tries) {
    long bound = Math.min(MAX_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(tries, Short.SIZE));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(bound));
  }
}
