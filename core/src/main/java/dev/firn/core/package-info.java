/**
 * The words every module shares: keys and their order, sequence numbers, cursors, memory.
 *
 * <p>Nothing here knows a file format; files are in {@code dev.firn.core.file}. The native calls
 * are here because threads need them too.
 */
@NullMarked
package dev.firn.core;

import org.jspecify.annotations.NullMarked;
