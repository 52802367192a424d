/**
 * What the tests of the whole store share: seeds, disks, leak checks.
 *
 * <p>Each kind of test has a package. docs/testing.md says what each would catch. A type
 * without a note on threading belongs to one thread.
 */
@NullMarked
package dev.firn.test;

import org.jspecify.annotations.NullMarked;
