package dev.firn.wal;

import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What recovery found in a journal, and what it left out.
 *
 * @param segments how many segments hold records
 * @param records how many records were recovered
 * @param entries how many entries they have
 * @param lastSequence the sequence of the last of them, or the one before the first expected
 * @param torn whether the journal ends in something that was not, or not wholly, written: records
 *     that nobody was told are durable, lost with the process or the power
 * @param file the segment that recovery ended in; null when there is no segment at all
 * @param offset where it ended
 * @param droppedRecords how many whole records behind that place were left out, because records
 *     before them are missing
 * @param droppedBytes how many bytes were left out
 * @param damage what salvage cut off; null when there was no damage
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
