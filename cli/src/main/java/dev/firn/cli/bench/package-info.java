/**
 * The benchmark: the field's workloads, each on a store it can trust. Start at {@link
 * dev.firn.cli.bench.Bench}.
 *
 * <p>What is measured is the API as a program would use it: keys and values in native memory, one
 * thread a session, nothing allocated on the way. Everything read is checked.
 */
@NullMarked
package dev.firn.cli.bench;

import org.jspecify.annotations.NullMarked;
