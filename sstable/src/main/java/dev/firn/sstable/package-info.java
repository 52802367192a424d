/**
 * Sorted tables: immutable files of blocks with an index and filters, and the block cache.
 *
 * <p>Which tables form the store is not known here; that is {@code dev.firn.compaction}.
 */
@NullMarked
package dev.firn.sstable;

import org.jspecify.annotations.NullMarked;
