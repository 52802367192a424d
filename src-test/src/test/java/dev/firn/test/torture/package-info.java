/**
 * The long tier: campaigns that go on for as long as one gives them, and what they have found in
 * all runs so far. Started by {@code dev/torture}; docs/testing.md tells how.
 *
 * <p>A {@link dev.firn.test.torture.Campaign} is one kind of torture and lies in the package of
 * what it runs; the file {@code META-INF/services/dev.firn.test.torture.Campaign} lists them all.
 */
@NullMarked
package dev.firn.test.torture;

import org.jspecify.annotations.NullMarked;
