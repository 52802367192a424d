/**
 * The shape of the store: which tables form it, in which levels and runs, how that is kept in the
 * manifest, and how its runs are read as one. What changes the shape is in {@code compaction}.
 *
 * <p>Start at {@link dev.firn.version.Version}, {@link dev.firn.version.VersionSet} and {@link
 * dev.firn.version.MergingCursor}.
 */
@NullMarked
package dev.firn.version;

import org.jspecify.annotations.NullMarked;
