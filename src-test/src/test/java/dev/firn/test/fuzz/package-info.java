/**
 * Fuzz targets. Jazzer calls {@code fuzzerTestOneInput(byte[])}; the regression test calls it with
 * the inputs that once failed. docs/testing.md says how to run them.
 */
@NullMarked
package dev.firn.test.fuzz;

import org.jspecify.annotations.NullMarked;
