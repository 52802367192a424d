/**
 * Simulated power loss: the outcomes of a power cut at any moment of a script, opened and compared
 * with what was promised.
 *
 * <p>A {@link dev.firn.test.power.Driver} performs a script on a store in a
 * {@code MemoryFileSystem} and keeps the issued and the acknowledged commits outside it. A
 * {@link dev.firn.test.power.DiskSnapshotter} takes a {@link dev.firn.test.power.DiskSnapshot} at
 * each file operation that changes something and in the middle of each sync.
 * {@link dev.firn.test.power.PowerCutOutcomes} makes the outcomes of a power cut from a snapshot;
 * {@link dev.firn.test.power.ImageCheck} opens each of them. Some are written to and cut again.
 */
@NullMarked
package dev.firn.test.power;

import org.jspecify.annotations.NullMarked;
