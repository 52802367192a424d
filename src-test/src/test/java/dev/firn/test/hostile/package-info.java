/**
 * Files made to do harm: links, pipes, names, sizes, forged content, and every bit of a store's own
 * files changed. SECURITY.md says what is promised.
 */
@NullMarked
package dev.firn.test.hostile;

import org.jspecify.annotations.NullMarked;
