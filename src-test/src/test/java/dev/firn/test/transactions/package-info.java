/**
 * Runs transactions of several threads on a store, records what they read and wrote, and lets
 * {@link dev.firn.test.isolation.HistoryCheck} judge it. Start at
 * {@link dev.firn.test.transactions.HistoryRun}.
 *
 * <p>The same runs on a store in memory that has wanted flaws show which flaws they find.
 */
@NullMarked
package dev.firn.test.transactions;

import org.jspecify.annotations.NullMarked;
