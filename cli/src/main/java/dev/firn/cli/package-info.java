/**
 * The command-line tool: one class a command, and what commands have in common of options and
 * errors. Start at {@link dev.firn.cli.Main}.
 */
@NullMarked
package dev.firn.cli;

import org.jspecify.annotations.NullMarked;
