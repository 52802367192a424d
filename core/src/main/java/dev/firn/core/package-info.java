/**
 * What every module shares: keys and their order, sequence numbers, cursors, memory, prefetches.
 *
 * <p>Nothing here knows a file format. Files are in {@code dev.firn.core.file}; the native calls
 * are here because threads use them, too.
 */
@NullMarked
package dev.firn.core;

import org.jspecify.annotations.NullMarked;
