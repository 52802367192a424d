/**
 * Annotated dumps of the journal, through a zero-copy view of the mapped segments. {@link
 * dev.firn.cli.journal.ChronicleView} is the only class that uses Chronicle Bytes, which needs
 * {@code sun.misc.Unsafe}; nothing else in Firn does.
 */
@NullMarked
package dev.firn.cli.journal;

import org.jspecify.annotations.NullMarked;
