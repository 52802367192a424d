/**
 * JMH benchmarks of the hot parts, one class for each. {@code dev/jmh} runs them; its arguments
 * are those of JMH, such as {@code SkipList -prof gc}.
 *
 * <p>The data exceed the caches of the processor if they do in a store. Every result is returned,
 * so that the JIT compiler cannot remove its computation.
 */
@NullMarked
package dev.firn.test.jmh;

import org.jspecify.annotations.NullMarked;
