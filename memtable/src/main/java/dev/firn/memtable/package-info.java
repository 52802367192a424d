/**
 * The newest writes in key order: an off-heap, lock-free skip list over slices of the journal.
 *
 * <p>Links and keys live in anonymous memory, values stay in the journal.
 */
@NullMarked
package dev.firn.memtable;

import org.jspecify.annotations.NullMarked;
