package dev.firn;

import dev.firn.error.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Store#verify} found.
 *
 * @param files how many files were read
 * @param bytes how many bytes of them
 * @param damage the first damage, with its file and offset, or null when every byte is as it was
 *     written
 */
public record VerifyReport(int files, long bytes, @Nullable CorruptionException damage) {

  /** Whether no damage was found. */
  public boolean isIntact() {
    return damage == null;
  }
}
