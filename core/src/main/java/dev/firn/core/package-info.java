/**
 * The words every module shares: keys and their order, sequence numbers, cursors, memory.
 *
 * <p>Nothing here knows a file format or touches a file; files are in {@code dev.firn.core.file}.
 */
@NullMarked
package dev.firn.core;

import org.jspecify.annotations.NullMarked;
