/**
 * What stores are compared by: the workloads, and the interface that a store is driven through.
 * Each family of workloads is a class of its own; {@link dev.firn.test.compare.workload.Stages} is
 * the list of all, and the only other place that a new one touches.
 *
 * <p>Nothing here knows a particular store.
 */
@NullMarked
package dev.firn.test.compare.workload;

import org.jspecify.annotations.NullMarked;
