/**
 * What changes the shape of the store: which tables to compact next, and the compaction itself. The
 * shape is in {@code version}.
 *
 * <p>Start at {@link dev.firn.compaction.CompactionPicker} and {@link
 * dev.firn.compaction.CompactionJob}.
 */
@NullMarked
package dev.firn.compaction;

import org.jspecify.annotations.NullMarked;
