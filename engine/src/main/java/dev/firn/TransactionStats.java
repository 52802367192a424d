package dev.firn;

import java.time.Duration;

/**
 * The transactions of a store since it was opened.
 *
 * @param open count of open transactions
 * @param oldest how long the oldest of them has been open; zero without any
 * @param conflicts count of commits that were refused because of a conflict
 * @param retries count of further tries of {@link Store#update} after a conflict
 */
public record TransactionStats(int open, Duration oldest, long conflicts, long retries) {}
