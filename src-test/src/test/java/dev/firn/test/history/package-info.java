/**
 * Writes whose order can be checked by any later reader: another thread, a snapshot, or the process
 * that opens the store after a crash.
 *
 * <p>Each writer numbers its batches. Each batch writes a {@link dev.firn.test.history.Stamp} under
 * several keys in several trees: the batch's number, and every other writer's last batch that was
 * acknowledged when this one began. A state of the store is a prefix of the commit order only if
 * its stamps agree and nothing is missing that some stamp has seen; see
 * {@link dev.firn.test.history.StampedState}.
 */
@NullMarked
package dev.firn.test.history;

import org.jspecify.annotations.NullMarked;
