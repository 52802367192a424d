package dev.firn.core.file;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * Decides what of the unsynced state of a {@link MemoryFileSystem} has reached the device when the
 * power goes. What was synced is not asked about: it is there.
 *
 * <p>The device takes pages of {@value #PAGE_BYTES} bytes, each as of any moment since its last
 * sync, in any order; a page that was on its way is torn between two sectors. Each change of a
 * folder's names is there as a whole or not at all, whatever became of the others.
 *
 * <p><b>Threading.</b> Belongs to one thread; asked in an order that depends on the state alone.
 */
public interface PowerCut {

  /** What the kernel writes at once. */
  int PAGE_BYTES = 4096;

  /** What the device writes at once. */
  int SECTOR_BYTES = 512;

  /** Whether an unsynced creation, renaming or deletion of {@code file} is there. */
  boolean keepsName(Path file);

  /** A file's length, where it was {@code synced} at the last sync and is {@code newest} now. */
  long length(Path file, long synced, long newest);

  /**
   * Chooses what each sector of an unsynced page holds.
   *
   * @param page the number of the page in the file
   * @param newest how many times the page was stored into since it was synced
   * @param versions to be set for each sector: 0 = as synced, n = as after the n-th store
   */
  void versions(Path file, long page, int newest, int[] versions);

  /** Nothing is there that was not synced. */
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

  /** Everything is there, as if the power had gone a little later. */
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

  /** Some of it is there; how much on the whole differs from seed to seed. */
  static PowerCut random(long seed) {
    return new RandomPowerCut(seed);
  }
}
