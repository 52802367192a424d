/**
 * The journal as Chronicle Bytes shows it: a zero-copy view of the mapped segments, for annotated
 * dumps. {@link dev.firn.cli.journal.ChronicleView} is the only class that knows Chronicle; it
 * needs {@code sun.misc.Unsafe}, which nothing else in Firn does.
 */
@NullMarked
package dev.firn.cli.journal;

import org.jspecify.annotations.NullMarked;
