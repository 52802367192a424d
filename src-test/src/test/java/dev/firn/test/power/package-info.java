/**
 * Simulated power loss: what could be on the device at any moment of a workload, opened and
 * compared with what was promised.
 *
 * <p>A {@link dev.firn.test.power.Driver} does a script on a store in a {@code MemoryFileSystem}
 * and keeps, outside it, what was issued and what was acknowledged. A
 * {@link dev.firn.test.power.DiskSnapshotter} takes a {@link dev.firn.test.power.DiskSnapshot} of
 * the disk at each file operation that changes something, and in the middle of each sync.
 * {@link dev.firn.test.power.PowerCutOutcomes} makes from a shot what a power cut could leave;
 * {@link dev.firn.test.power.ImageCheck} opens that, and does it all again from there.
 */
@NullMarked
package dev.firn.test.power;

import org.jspecify.annotations.NullMarked;
