package dev.firn;

import dev.firn.error.CorruptionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What opening the store found in its journal.
 *
 * @param segments count of journal segments with records that were in no table yet
 * @param records count of records (batches) that were recovered
 * @param entries count of entries in those records
 * @param tornTail the end of the journal that was cut off; null when nothing was
 * @param damage what {@link StoreOptions.Builder#salvage} cut the journal off at; null when there
 *     was no damage
 * @param duration duration of the whole opening
 */
public record RecoveryReport(
    int segments,
    long records,
    long entries,
    @Nullable TornTail tornTail,
    @Nullable CorruptionException damage,
    Duration duration) {

  /**
   * The end of a journal that was cut off, because records were not completely written when the
   * process or the machine died. No record in it was acknowledged as durable, unless there was
   * {@link RecoveryReport#damage}.
   *
   * @param file path of the journal segment in which the recovered records end
   * @param offset where they end, in bytes from the start of the segment
   * @param droppedRecords count of whole records after that place that were dropped, because
   *     records between are missing
   * @param droppedBytes count of bytes that were dropped
   */
  public record TornTail(String file, long offset, long droppedRecords, long droppedBytes) {}
}
