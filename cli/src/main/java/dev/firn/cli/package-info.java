/**
 * The command-line tool: one class per command.
 */
@NullMarked
package dev.firn.cli;

import org.jspecify.annotations.NullMarked;
