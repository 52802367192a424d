/**
 * The demonstration: real data loaded and read, and a process killed while it writes. Start at
 * {@link dev.firn.cli.demo.Demo}.
 */
@NullMarked
package dev.firn.cli.demo;

import org.jspecify.annotations.NullMarked;
