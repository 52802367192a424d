package dev.firn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What opening the store found in its journal.
 *
 * @param journals how many journal segments held records that were not in tables yet
 * @param records how many records (batches) came back from them
 * @param entries how many entries those held
 * @param tornFile the journal segment whose tail was cut off, because its last record was not
 *     completely written when the process or the machine died; null when there was none
 * @param tornOffset where it was cut, in bytes from the start of the file
 * @param droppedBytes how many bytes of records were cut off
 * @param duration how long opening took in all
 */
public record RecoveryReport(
    int journals,
    long records,
    long entries,
    @Nullable String tornFile,
    long tornOffset,
    long droppedBytes,
    Duration duration) {}
