/**
 * The command {@code firn bench}: runs the workloads, each on a store it can trust, and reports.
 * Start at {@link dev.firn.cli.bench.Bench}; the workloads are in {@code dev.firn.cli.workload}.
 */
@NullMarked
package dev.firn.cli.bench;

import org.jspecify.annotations.NullMarked;
