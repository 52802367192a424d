/**
 * The comparison with other stores: the workloads of {@link dev.firn.test.compare.workload} on
 * each, by its own best practice, in a JVM of its own. Start at {@link
 * dev.firn.test.compare.Compare}, which runs {@link dev.firn.test.compare.Child} once for each
 * store and stage.
 *
 * <p>Compiled only with the Maven profile {@code bench}, which brings the other stores.
 */
@NullMarked
package dev.firn.test.compare;

import org.jspecify.annotations.NullMarked;
