/** What merge operands cost and save, in one run. */
@NullMarked
package dev.firn.test.merge;

import org.jspecify.annotations.NullMarked;
