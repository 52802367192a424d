/** Large values in value files. */
@NullMarked
package dev.firn.test.values;

import org.jspecify.annotations.NullMarked;
