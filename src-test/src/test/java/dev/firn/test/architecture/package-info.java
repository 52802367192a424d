/** Rules about the code and the documents that the compiler does not check. */
@NullMarked
package dev.firn.test.architecture;

import org.jspecify.annotations.NullMarked;
