/**
 * Loads records from lines of text: reads lines, makes keys and values of them, and writes batches.
 * Start at {@link dev.firn.cli.load.Loader}.
 */
@NullMarked
package dev.firn.cli.load;

import org.jspecify.annotations.NullMarked;
