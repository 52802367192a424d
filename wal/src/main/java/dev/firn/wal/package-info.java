/**
 * The journal: fixed-size, memory-mapped segments in which every batch is written first.
 *
 * <p>One record is one atomic batch. What a key means is not known here. Start with {@link
 * dev.firn.wal.JournalSegment}, which records are written into; {@link dev.firn.wal.Journal} hands
 * segments out, {@link dev.firn.wal.JournalRecovery} reads them back. The bytes are specified in
 * {@code docs/format/journal.md}.
 */
@NullMarked
package dev.firn.wal;

import org.jspecify.annotations.NullMarked;
