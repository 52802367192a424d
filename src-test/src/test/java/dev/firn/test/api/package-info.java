/** What the API promises to callers, and says to those who make mistakes. */
@NullMarked
package dev.firn.test.api;

import org.jspecify.annotations.NullMarked;
