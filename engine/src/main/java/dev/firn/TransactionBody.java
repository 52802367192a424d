package dev.firn;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Store#update} and {@link Store#read} run in a transaction.
 *
 * @param <T> the result
 * @param <X> what it may throw besides unchecked exceptions
 */
@FunctionalInterface
public interface TransactionBody<T extends @Nullable Object, X extends Exception> {

  /**
   * Reads and writes. It may run several times, each time in another transaction: what it does
   * outside of the store must bear that. It does not commit.
   */
  T run(Transaction transaction) throws X;
}
