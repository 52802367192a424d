package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in memory, without its name: its pages, and the mappings that show them.
 *
 * <p><b>Threading.</b> Guarded by the file system's mutex.
 */
final class MemoryFile implements MemoryNode {

  private static final int PAGE_BYTES = PowerCut.PAGE_BYTES;

  private final List<MemoryPage> pages = new ArrayList<>();
  private final List<MemorySegment> mappings = new ArrayList<>(0);
  private long size;
  private long syncedSize;

  /** Whether a folder has a name for it. */
  private boolean named;

  /** The count of open files that refer to it. */
  private int handles;

  private boolean locked;

  /** Fills the file with zeros, all synced. */
  void allocate(long bytes) {
    grow(bytes);
    size = bytes;
    syncedSize = bytes;
  }

  long size() {
    return size;
  }

  boolean isLocked() {
    return locked;
  }

  void setLocked(boolean locked) {
    this.locked = locked;
  }

  void setNamed(boolean named) {
    this.named = named;
  }

  void addHandles(int more) {
    handles += more;
  }

  /** Whether neither a name nor an open file keeps its bytes. */
  boolean isGone() {
    return !named && handles == 0;
  }

  void read(long position, MemorySegment target, long offset, long length) {
    for (long done = 0; done < length; ) {
      int at = (int) ((position + done) % PAGE_BYTES);
      int step = (int) Math.min(length - done, PAGE_BYTES - at);
      page(position + done).read(at, target, offset + done, step);
      done += step;
    }
  }

  /** Stores bytes, also after the end; all mappings show them. */
  void write(long position, MemorySegment source, long offset, long length) {
    grow(position + length);
    for (long done = 0; done < length; ) {
      int at = (int) ((position + done) % PAGE_BYTES);
      int step = (int) Math.min(length - done, PAGE_BYTES - at);
      page(position + done).write(at, source, offset + done, step);
      done += step;
    }
    size = Math.max(size, position + length);
    for (MemorySegment mapping : mappings) {
      long shown = Math.min(length, mapping.byteSize() - position);
      if (shown > 0) {
        MemorySegment.copy(source, offset, mapping, position, shown);
      }
    }
  }

  /** Makes whole pages zeros, at once on the device. */
  void punch(long position, long length) {
    long end = Math.min(size, position + length);
    for (long at = position; at < end; at += PAGE_BYTES) {
      pages.set((int) (at / PAGE_BYTES), new MemoryPage());
      for (MemorySegment mapping : mappings) {
        mapping.asSlice(at, Math.min(PAGE_BYTES, mapping.byteSize() - at)).fill((byte) 0);
      }
    }
  }

  /** The count of bytes in pages that are not zeros. */
  long filledBytes() {
    return pages.stream().filter(page -> !page.isZero()).count() * PAGE_BYTES;
  }

  /** Replaces the content. */
  void replace(MemorySegment source) {
    write(0, source, 0, source.byteSize());
    size = source.byteSize();
  }

  /** Begins a sync of everything; the returned action ends it. */
  Runnable beginSync() {
    Runnable pages = beginSync(0, this.pages.size() * (long) PAGE_BYTES);
    long bytes = size;
    return () -> {
      pages.run();
      syncedSize = bytes;
    };
  }

  /** Begins a sync of the pages that hold these bytes; the returned action ends it. */
  Runnable beginSync(long position, long length) {
    mappings.forEach(this::checkRecorded);
    List<MemoryPage> synced = List.copyOf(range(position, length));
    long[] last = synced.stream().mapToLong(MemoryPage::lastStore).toArray();
    return () -> {
      for (int i = 0; i < last.length; i++) {
        synced.get(i).sync(last[i]);
      }
    };
  }

  /** Simulates a failed write-back of the pages that hold these bytes. */
  void syncFailed(long position, long length) {
    range(position, length).forEach(MemoryPage::syncFailed);
  }

  /** Fills a new mapping and keeps it up to date. */
  void addMapping(MemorySegment mapping) {
    read(0, mapping, 0, mapping.byteSize());
    mappings.add(mapping);
  }

  void removeMapping(MemorySegment mapping) {
    checkRecorded(mapping);
    mappings.remove(mapping);
  }

  /** Fails if a store into a mapping did not go through this file. */
  private void checkRecorded(MemorySegment mapping) {
    for (long at = 0; at < mapping.byteSize(); at += PAGE_BYTES) {
      long length = Math.min(PAGE_BYTES, mapping.byteSize() - at);
      if (at < size && !page(at).isShownBy(mapping, at, Math.min(length, size - at))) {
        throw new AssertionError("unrecorded store into the page at " + at + " of a mapping");
      }
    }
  }

  /** The same file, as the next process finds it after a kill. */
  MemoryFile copy() {
    MemoryFile copy = new MemoryFile();
    pages.forEach(page -> copy.pages.add(page.copy()));
    copy.size = size;
    copy.syncedSize = syncedSize;
    return copy;
  }

  /** The file after a power cut. */
  MemoryFile cut(PowerCut cut, Path name) {
    MemoryFile left = new MemoryFile();
    long length = size == syncedSize ? size : cut.length(name, syncedSize, size);
    left.size = length;
    left.syncedSize = length;
    long count = (length + PAGE_BYTES - 1) / PAGE_BYTES;
    for (int i = 0; i < count; i++) {
      left.pages.add(pages.get(i).cut(cut, name, i));
    }
    return left;
  }

  /** A hash of the content. */
  long hash() {
    long hash = size;
    long left = size;
    for (MemoryPage page : pages) {
      hash = page.hash(hash, left);
      left -= PAGE_BYTES;
    }
    return hash;
  }

  private MemoryPage page(long position) {
    return pages.get((int) (position / PAGE_BYTES));
  }

  private List<MemoryPage> range(long position, long length) {
    if (length <= 0) {
      return List.of();
    }
    int from = (int) (position / PAGE_BYTES);
    int to = (int) ((position + length + PAGE_BYTES - 1) / PAGE_BYTES);
    return pages.subList(from, Math.min(to, pages.size()));
  }

  private void grow(long bytes) {
    while (pages.size() * (long) PAGE_BYTES < bytes) {
      pages.add(new MemoryPage());
    }
  }
}
