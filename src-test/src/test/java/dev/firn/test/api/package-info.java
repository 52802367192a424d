/** What the API promises to its callers, and how it reports their mistakes. */
@NullMarked
package dev.firn.test.api;

import org.jspecify.annotations.NullMarked;
