/**
 * An embedded key-value store: the package that applications import. Start at {@link
 * dev.firn.Store}.
 *
 * <p>Its public types mention only one another, the JDK, and {@code dev.firn.error}.
 */
@NullMarked
package dev.firn;

import org.jspecify.annotations.NullMarked;
