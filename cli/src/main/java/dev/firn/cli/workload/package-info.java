/**
 * The field's benchmark workloads, over any store that has a {@link dev.firn.cli.workload.Client}.
 * {@code firn bench} runs them on Firn, {@code dev/compare} on other stores too. Start at {@link
 * dev.firn.cli.workload.WorkloadRun}.
 *
 * <p>Keys and values are in native memory, which each thread allocates once and reuses: a step of a
 * workload allocates nothing. Every entry that is read is checked.
 */
@NullMarked
package dev.firn.cli.workload;

import org.jspecify.annotations.NullMarked;
