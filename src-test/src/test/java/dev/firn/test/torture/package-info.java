/**
 * The long tier: campaigns that run for any time, and their findings of all runs. {@code
 * dev/torture} starts it; docs/testing.md tells how.
 *
 * <p>A {@link dev.firn.test.torture.Campaign} is one kind of long test, in the package of the code
 * that it runs; {@code META-INF/services/dev.firn.test.torture.Campaign} lists them all.
 */
@NullMarked
package dev.firn.test.torture;

import org.jspecify.annotations.NullMarked;
