package dev.firn;

import dev.firn.error.CorruptionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What opening the store found in its journal.
 *
 * @param journals how many journal segments held records that were not in tables yet
 * @param records how many records (batches) came back from them
 * @param entries how many entries those held
 * @param tornFile the journal segment whose tail was cut off, because records were not completely
 *     written when the process or the machine died; null when there was none
 * @param tornOffset where the journal ended, in bytes from the start of the segment
 * @param droppedRecords how many whole records behind that place were cut off, because some before
 *     them are missing
 * @param droppedBytes how many bytes were cut off
 * @param damage what {@link StoreOptions#withSalvage} cut off; null when there was no damage
 * @param duration how long opening took in all
 */
public record RecoveryReport(
    int journals,
    long records,
    long entries,
    @Nullable String tornFile,
    long tornOffset,
    long droppedRecords,
    long droppedBytes,
    @Nullable CorruptionException damage,
    Duration duration) {}
