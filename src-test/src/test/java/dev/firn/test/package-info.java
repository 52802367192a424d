/**
 * What the tests of the whole store share: seeds, disks, leak checks.
 *
 * <p>The kinds of test have a package each: {@code model}, {@code concurrent}, {@code kill}, {@code
 * damage}, {@code hostile}, {@code api}. docs/testing.md says what each would catch.
 */
@NullMarked
package dev.firn.test;

import org.jspecify.annotations.NullMarked;
