/**
 * The environment of a command: streams, exit codes, progress, formatted quantities. Nothing here
 * knows a command or opens a store.
 */
@NullMarked
package dev.firn.cli.console;

import org.jspecify.annotations.NullMarked;
