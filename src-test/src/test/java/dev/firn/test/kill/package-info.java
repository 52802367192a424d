/**
 * Processes killed at any moment, and what the next process finds.
 *
 * <p>A {@link dev.firn.test.kill.KillChild} writes and tells its parent over a pipe what was
 * acknowledged; a {@link dev.firn.test.kill.KillCycle} kills it, opens the store, and compares.
 */
@NullMarked
package dev.firn.test.kill;

import org.jspecify.annotations.NullMarked;
