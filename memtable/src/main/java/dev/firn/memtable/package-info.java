/**
 * The newest writes in key order: an off-heap, lock-free skip list.
 *
 * <p>Links and keys are in anonymous memory, values stay in the journal. {@link
 * dev.firn.memtable.MemTable} is the entry point.
 */
@NullMarked
package dev.firn.memtable;

import org.jspecify.annotations.NullMarked;
