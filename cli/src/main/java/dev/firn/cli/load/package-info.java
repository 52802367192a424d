/**
 * Getting records into a store from lines of text: what a line is, how a line becomes a key and a
 * value, and how lines become batches. Start at {@link dev.firn.cli.load.Loader}.
 */
@NullMarked
package dev.firn.cli.load;

import org.jspecify.annotations.NullMarked;
