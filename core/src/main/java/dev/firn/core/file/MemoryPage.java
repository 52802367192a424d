package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One page of a file in memory: its synced version, its current version, and the stores between the
 * two, from which every version in between can be made.
 *
 * <p>The array {@link #synced} never changes, so that clones share it; while the page is clean,
 * {@link #current} is the same array.
 *
 * <p><b>Threading.</b> Guarded by the file system's mutex.
 */
final class MemoryPage {

  private static final byte[] ZEROS = new byte[PowerCut.PAGE_BYTES];
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;
  private static final int SECTORS = PowerCut.PAGE_BYTES / PowerCut.SECTOR_BYTES;

  /** Bytes that were stored at a place in the page. */
  private record Store(int at, byte[] bytes) {}

  private byte[] synced;
  private byte[] current;
  private final List<Store> stores = new ArrayList<>(0);

  /** The count of stores that the synced version includes. */
  private long syncedStore;

  /**
   * Whether the write-back of these stores failed. The kernel then takes the page for clean: no
   * later sync writes it before the next store into it.
   */
  private boolean writeBackFailed;

  /** A page of zeros. */
  MemoryPage() {
    this(ZEROS);
  }

  private MemoryPage(byte[] bytes) {
    synced = bytes;
    current = bytes;
  }

  boolean isZero() {
    return Arrays.equals(current, ZEROS);
  }

  void read(int at, MemorySegment target, long offset, int length) {
    MemorySegment.copy(current, at, target, ValueLayout.JAVA_BYTE, offset, length);
  }

  /** Whether the first {@code length} bytes are those at a place of a mapping. */
  boolean isShownBy(MemorySegment mapping, long at, long length) {
    return MemorySegment.mismatch(
            MemorySegment.ofArray(current), 0, length, mapping, at, at + length)
        < 0;
  }

  void write(int at, MemorySegment source, long offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
    if (stores.isEmpty()) {
      current = synced.clone();
    }
    System.arraycopy(bytes, 0, current, at, length);
    stores.add(new Store(at, bytes));
    writeBackFailed = false;
  }

  /** The number of the last store. */
  long lastStore() {
    return syncedStore + stores.size();
  }

  /** Syncs the stores up to {@code lastStore}, the last when the sync began. */
  void sync(long lastStore) {
    int count = (int) (lastStore - syncedStore);
    if (writeBackFailed || count <= 0) {
      return;
    }
    synced = count == stores.size() ? current : asOf(count);
    stores.subList(0, count).clear();
    syncedStore = lastStore;
  }

  private byte[] asOf(int count) {
    int[] versions = new int[SECTORS];
    Arrays.fill(versions, count);
    return image(versions);
  }

  void syncFailed() {
    writeBackFailed = !stores.isEmpty();
  }

  /** The same page, as the next process finds it after a kill. */
  MemoryPage copy() {
    MemoryPage copy = new MemoryPage(synced);
    if (!stores.isEmpty()) {
      copy.current = current.clone();
      copy.stores.addAll(stores);
      copy.syncedStore = syncedStore;
      copy.writeBackFailed = writeBackFailed;
    }
    return copy;
  }

  /** The page after a power cut. */
  MemoryPage cut(PowerCut cut, Path file, long page) {
    if (stores.isEmpty()) {
      return new MemoryPage(synced);
    }
    int[] versions = new int[SECTORS];
    cut.versions(file, page, stores.size(), versions);
    return new MemoryPage(Arrays.stream(versions).allMatch(v -> v == 0) ? synced : image(versions));
  }

  private byte[] image(int[] versions) {
    byte[] image = synced.clone();
    for (int version = 1; version <= stores.size(); version++) {
      Store store = stores.get(version - 1);
      for (int sector = 0; sector < SECTORS; sector++) {
        if (version <= versions[sector]) {
          apply(store, image, sector * PowerCut.SECTOR_BYTES);
        }
      }
    }
    return image;
  }

  /** Adds the first {@code length} bytes of the page to a hash. */
  long hash(long seed, long length) {
    long hash = seed;
    for (int at = 0; at < PowerCut.PAGE_BYTES && at < length; at += Long.BYTES) {
      hash = Long.rotateLeft((hash ^ (long) LONGS.get(current, at)) * HASH_FACTOR, 29);
    }
    return hash;
  }

  /** Applies the part of a store that is in one sector. */
  private static void apply(Store store, byte[] image, int sectorStart) {
    int from = Math.max(store.at, sectorStart);
    int to = Math.min(store.at + store.bytes.length, sectorStart + PowerCut.SECTOR_BYTES);
    if (from < to) {
      System.arraycopy(store.bytes, from - store.at, image, from, to - from);
    }
  }
}
