/**
 * JMH benchmarks of the hot parts, one class for each. {@code dev/jmh} runs them; its arguments
 * are those of JMH, such as {@code SkipList -prof gc}.
 *
 * <p>What a benchmark works on is larger than the caches of the processor where that is how it is
 * in a store, and every result is returned, so that nothing is optimised away.
 */
@NullMarked
package dev.firn.test.jmh;

import org.jspecify.annotations.NullMarked;
