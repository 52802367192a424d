/** Bytes as people and other programs read them: text, hexadecimal digits, JSON; and back. */
@NullMarked
package dev.firn.cli.text;

import org.jspecify.annotations.NullMarked;
