/**
 * The machine of transactions, above the engine: what a transaction has written ({@link
 * dev.firn.transaction.WriteSet}) and read ({@link dev.firn.transaction.ReadSet}), its life ({@link
 * dev.firn.transaction.OpenTransaction}), and all that are open ({@link
 * dev.firn.transaction.Transactions}). Start at {@code OpenTransaction}. The engine knows nothing
 * of it; it offers a snapshot, a commit under a condition, and scans with entries over those of the
 * store.
 */
@NullMarked
package dev.firn.transaction;

import org.jspecify.annotations.NullMarked;
