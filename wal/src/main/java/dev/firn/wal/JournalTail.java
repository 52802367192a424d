package dev.firn.wal;

import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What recovery found in a journal and what it dropped.
 *
 * @param segments the count of segments with records
 * @param records the count of recovered records
 * @param entries the count of their entries
 * @param lastSequence the sequence of the last entry; if there is none, the one before the first
 *     expected
 * @param torn whether the journal ends in records that are missing or incomplete, never
 *     acknowledged as durable and lost with the process or the power
 * @param file the segment in which recovery ended; null if there is no segment
 * @param offset the place where it ended
 * @param droppedRecords the count of whole records dropped after that place, because records before
 *     them are missing
 * @param droppedBytes the count of bytes dropped
 * @param damage what salvage cut off; null if there was no damage
 */
public record JournalTail(
    int segments,
    long records,
    long entries,
    long lastSequence,
    boolean torn,
    @Nullable Path file,
    long offset,
    long droppedRecords,
    long droppedBytes,
    @Nullable CorruptionException damage) {}
