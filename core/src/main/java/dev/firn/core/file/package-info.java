/**
 * Files, folders and mapped memory, behind an interface that tests can make fail.
 *
 * <p>The only package of the library that uses the operating system's files. Start with {@link
 * dev.firn.core.file.FileSystem}.
 */
@NullMarked
package dev.firn.core.file;

import org.jspecify.annotations.NullMarked;
