package dev.firn.engine;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.range.RangeSource;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are not committed and lie over those of the store in one scan: what a transaction
 * has written. Their sequences begin with {@link SequenceNumber#FIRST_OWN}.
 *
 * <p><b>Ownership.</b> The scan uses the cursor until it is closed, and does not close it.
 *
 * @param entries all of them; it may show newer ones than the scan sees
 * @param ranges their range tombstones; null for none
 * @param newest the newest sequence that the scan sees
 */
public record ScanOverlay(InternalCursor entries, @Nullable RangeSource ranges, long newest) {

  /** The range tombstones that the scan sees, whatever the sequence at which it reads the store. */
  @Nullable RangeSource visibleRanges() {
    RangeSource own = ranges;
    return own == null
        ? null
        : (key, offset, length, maxSequence, bounds) ->
            own.newest(key, offset, length, newest, bounds);
  }
}
