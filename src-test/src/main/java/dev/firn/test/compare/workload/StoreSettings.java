package dev.firn.test.compare.workload;

import java.nio.file.Path;

/**
 * What a store is opened for.
 *
 * @param folder an empty folder
 * @param synced whether each write is to survive a power cut
 * @param userBytes of all keys and values
 * @param valueBytes length of a value
 * @param memoryBytes the memory of the process, page cache included; {@link #UNLIMITED} if there is
 *     no limit
 */
public record StoreSettings(
    Path folder, boolean synced, long userBytes, int valueBytes, long memoryBytes) {

  /** No limit of memory. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Whether the process has a limit of memory. */
  public boolean isLimited() {
    return memoryBytes != UNLIMITED;
  }
}
