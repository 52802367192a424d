/**
 * What the commands share of their surroundings: the streams, the exit codes, the progress line,
 * the words for quantities. Nothing here knows a command or opens a store.
 */
@NullMarked
package dev.firn.cli.console;

import org.jspecify.annotations.NullMarked;
