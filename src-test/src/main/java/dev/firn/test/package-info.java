/**
 * Tests that need more than one module, and benchmarks.
 *
 * <p>Unit tests live in the module they test.
 */
@NullMarked
package dev.firn.test;

import org.jspecify.annotations.NullMarked;
