/**
 * Checks of what threads see of each other's work: {@code dev/stress} starts {@link
 * dev.firn.test.stress.StressMain}.
 *
 * <p>Checks of a single class are in its package, because most classes are not public: Lincheck
 * explores {@code *Model}, jcstress runs {@code *Stress}.
 */
@NullMarked
package dev.firn.test.stress;

import org.jspecify.annotations.NullMarked;
