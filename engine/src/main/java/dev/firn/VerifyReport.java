package dev.firn;

import dev.firn.error.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Store#verify} found.
 *
 * @param files count of files that were read
 * @param bytes count of bytes that were read
 * @param damage the first damage of those that {@link Store#health} has, with its file and offset;
 *     null when every byte is as it was written
 */
public record VerifyReport(int files, long bytes, @Nullable CorruptionException damage) {

  /** Returns whether no damage was found. */
  public boolean isIntact() {
    return damage == null;
  }
}
