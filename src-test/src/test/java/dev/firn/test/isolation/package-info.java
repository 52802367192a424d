/**
 * Checks recorded histories of transactions for the anomalies of Adya's thesis ("Weak Consistency:
 * A Generalized Theory and Optimistic Implementations", 1999), by the method of Elle (Kingsbury and
 * Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", 2020). Start at
 * {@link dev.firn.test.isolation.HistoryCheck}.
 *
 * <p>Each write of a history has a number of its own, so what a read found names the write. What
 * transactions read before they wrote, and lists that are only appended to, give the order of a
 * key's versions. The versions give the dependencies of transactions; a cycle of dependencies is an
 * anomaly, and its kinds of dependencies tell which one. Nothing here knows a store.
 */
@NullMarked
package dev.firn.test.isolation;

import org.jspecify.annotations.NullMarked;
