/** The rules about the shape of the code that the compiler does not check. */
@NullMarked
package dev.firn.test.architecture;

import org.jspecify.annotations.NullMarked;
