/**
 * Range tombstones: deletions of all keys from one key up to another. Start at {@code
 * RangeTombstones}; {@code RangeCover} answers which entries they hide, to point reads, cursors,
 * flushes and compactions alike.
 */
@NullMarked
package dev.firn.core.range;

import org.jspecify.annotations.NullMarked;
