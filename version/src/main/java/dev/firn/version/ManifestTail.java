package dev.firn.version;

import java.nio.file.Path;

/**
 * What followed the last valid record of a manifest when it was read.
 *
 * @param file the manifest
 * @param offset the end of the last valid record
 * @param droppedBytes length of the rest: an edit or a mark whose writing was interrupted and which
 *     was never acknowledged; 0 after a clean end
 */
public record ManifestTail(Path file, long offset, long droppedBytes) {

  /** Whether something was dropped. */
  public boolean isTorn() {
    return droppedBytes > 0;
  }
}
