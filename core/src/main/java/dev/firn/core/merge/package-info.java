/**
 * Merge operands: entries that change a key's older value instead of replacing it. Start at {@code
 * OperandChain}, which point reads, cursors, flushes and compactions use alike.
 */
@NullMarked
package dev.firn.core.merge;

import org.jspecify.annotations.NullMarked;
