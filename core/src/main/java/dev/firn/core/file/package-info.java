/**
 * Files, directories and mapped memory, behind an interface that tests can make fail.
 *
 * <p>The only package of the library that touches the operating system's files.
 */
@NullMarked
package dev.firn.core.file;

import org.jspecify.annotations.NullMarked;
