/** Bytes as text, hexadecimal digits or JSON, and back. */
@NullMarked
package dev.firn.cli.text;

import org.jspecify.annotations.NullMarked;
