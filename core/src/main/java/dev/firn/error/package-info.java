/**
 * The failures that a store reports. All are unchecked and part of the public API; {@link
 * dev.firn.error.FirnException} is their common type.
 */
@NullMarked
package dev.firn.error;

import org.jspecify.annotations.NullMarked;
