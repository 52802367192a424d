/**
 * Writes whose order can be checked afterwards, whoever reads them: another thread, a snapshot, or
 * the process that opens the store after a crash.
 *
 * <p>Each writer numbers its batches. Each batch writes a {@link dev.firn.test.history.Stamp} under
 * several keys in several trees: the batch's number, and for every other writer the number of the
 * last batch that was acknowledged when this one began. A state of the store is a prefix of the
 * commit order only if the stamps in it agree and nothing is missing that some stamp has seen; see
 * {@link dev.firn.test.history.StampedState}.
 */
@NullMarked
package dev.firn.test.history;

import org.jspecify.annotations.NullMarked;
