package dev.firn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of the background scrub of a store, see {@link Store#scrub}.
 *
 * @param running whether a scrub is running
 * @param bytesDone count of bytes that it has read; that of the last scrub when none is running
 * @param bytesTotal count of bytes to read when it began
 * @param passes count of scrubs that were finished since the store was opened
 * @param lastFinished when the last scrub was finished; null when none was
 */
public record ScrubStatus(
    boolean running,
    long bytesDone,
    long bytesTotal,
    long passes,
    @Nullable Instant lastFinished) {}
