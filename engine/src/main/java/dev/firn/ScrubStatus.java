package dev.firn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the scrub of a store is, see {@link Store#scrub}.
 *
 * @param running whether a pass is under way
 * @param bytesDone how many bytes that pass has read; of the last pass when none is under way
 * @param bytesTotal how many bytes there were to read when it began
 * @param passes how many passes were finished since the store was opened
 * @param lastFinished when the last one was finished; null when none was
 */
public record ScrubStatus(
    boolean running,
    long bytesDone,
    long bytesTotal,
    long passes,
    @Nullable Instant lastFinished) {}
