/** Multi trees against a model. Start at {@code MultiModelTest}. */
@NullMarked
package dev.firn.test.multi;

import org.jspecify.annotations.NullMarked;
