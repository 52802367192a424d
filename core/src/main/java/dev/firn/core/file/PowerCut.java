package dev.firn.core.file;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * Decides what of the unsynced state of a {@link MemoryFileSystem} is on the device after a power
 * cut. The synced state always is.
 *
 * <p>The device has pages of {@value #PAGE_BYTES} bytes, each as of any moment after its last sync,
 * in any order; a page may be torn between two sectors. Each change of a folder's names is there
 * as a whole or not at all, independently of the others.
 *
 * <p><b>Threading.</b> Belongs to one thread; called in an order that depends on the state alone.
 */
public interface PowerCut {

  /** The unit in which the kernel writes. */
  int PAGE_BYTES = 4096;

  /** The unit in which the device writes. */
  int SECTOR_BYTES = 512;

  /** Whether an unsynced creation, renaming or deletion of {@code file} is on the device. */
  boolean keepsName(Path file);

  /** A file's length; it was {@code synced} at the last sync and is {@code newest} now. */
  long length(Path file, long synced, long newest);

  /**
   * Chooses the version of each sector of an unsynced page.
   *
   * @param page the number of the page in the file
   * @param newest the count of stores into the page after it was synced
   * @param versions to be set for each sector: 0 = as synced, n = as after the n-th store
   */
  void versions(Path file, long page, int newest, int[] versions);

  /** Nothing unsynced is on the device. */
  static PowerCut syncedOnly() {
    return new PowerCut() {
      @Override
      public boolean keepsName(Path file) {
        return false;
      }

      @Override
      public long length(Path file, long synced, long newest) {
        return synced;
      }

      @Override
      public void versions(Path file, long page, int newest, int[] versions) {
        Arrays.fill(versions, 0);
      }
    };
  }

  /** Everything is on the device. */
  static PowerCut everything() {
    return new PowerCut() {
      @Override
      public boolean keepsName(Path file) {
        return true;
      }

      @Override
      public long length(Path file, long synced, long newest) {
        return newest;
      }

      @Override
      public void versions(Path file, long page, int newest, int[] versions) {
        Arrays.fill(versions, newest);
      }
    };
  }

  /** A random part is on the device; its share differs from seed to seed. */
  static PowerCut random(long seed) {
    return new RandomPowerCut(seed);
  }
}
