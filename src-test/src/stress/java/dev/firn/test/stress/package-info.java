/**
 * Checks of what threads see of each other's work: {@code dev/stress} runs them, {@link
 * dev.firn.test.stress.StressMain} is where it begins.
 *
 * <p>Those of a single class lie in its package, because most are not public: {@code *Model} is
 * what Lincheck goes through, {@code *Stress} what jcstress runs.
 */
@NullMarked
package dev.firn.test.stress;

import org.jspecify.annotations.NullMarked;
