/**
 * The command-line tool: a class for each command, shared options, error reports. Start at {@link
 * dev.firn.cli.Main}.
 */
@NullMarked
package dev.firn.cli;

import org.jspecify.annotations.NullMarked;
