/**
 * The failures a store reports that are not the caller's mistake.
 *
 * <p>Every type here is unchecked and part of the public API. A mistake of the caller is an {@link
 * IllegalArgumentException} or an {@link IllegalStateException} instead, a bug of ours an {@link
 * AssertionError}.
 */
@NullMarked
package dev.firn.error;

import org.jspecify.annotations.NullMarked;
