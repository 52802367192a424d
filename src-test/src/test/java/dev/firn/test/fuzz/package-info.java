/**
 * Fuzz targets: {@code fuzzerTestOneInput(byte[])} is what Jazzer calls, and what the regression
 * test calls with the inputs that once failed. docs/testing.md says how to run them.
 */
@NullMarked
package dev.firn.test.fuzz;

import org.jspecify.annotations.NullMarked;
