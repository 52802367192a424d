/**
 * The journal: memory-mapped segments of a fixed size, where every batch is written first.
 *
 * <p>One record is one atomic batch. The meaning of keys is not known here. Start with {@link
 * dev.firn.wal.JournalSegment}, which records are written into; {@link dev.firn.wal.Journal}
 * provides the segments, {@link dev.firn.wal.JournalRecovery} reads them back. {@code
 * docs/format/journal.md} specifies the bytes.
 */
@NullMarked
package dev.firn.wal;

import org.jspecify.annotations.NullMarked;
