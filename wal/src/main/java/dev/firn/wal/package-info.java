/**
 * The journal: fixed-size, memory-mapped segments in which every batch is written first.
 *
 * <p>One record is one atomic batch. What a key means is not known here.
 */
@NullMarked
package dev.firn.wal;

import org.jspecify.annotations.NullMarked;
