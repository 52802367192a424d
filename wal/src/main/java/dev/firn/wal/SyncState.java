package dev.firn.wal;

import dev.firn.core.file.MappedFile;
import dev.firn.error.StorageException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What of a segment is on the device, and the segments before it that have to be there first.
 *
 * <p><b>Threading.</b> {@link #sync} has one caller at a time over all segments of a journal; any
 * thread may call the rest.
 */
final class SyncState {

  private final JournalSegment segment;
  private final MappedFile file;

  /** The segment used before this one, until it is known to be on the device or not needed. */
  private volatile @Nullable JournalSegment previous;

  private volatile long synced;
  private volatile boolean retired;
  private volatile @Nullable Throwable failure;

  /** Whether an earlier process wrote the segment. */
  private boolean recovered;

  SyncState(JournalSegment segment, MappedFile file, @Nullable JournalSegment previous) {
    this.segment = segment;
    this.file = file;
    this.previous = previous;
  }

  /** The end of the records that are known to be on the device; 0 before the first sync. */
  long synced() {
    return synced;
  }

  /** Whether a sync failed: nothing may be stored into the file again. */
  boolean hasFailed() {
    return failure != null;
  }

  boolean isRetired() {
    return retired;
  }

  /** The segment's entries are durable elsewhere. */
  void setRetired() {
    retired = true;
    previous = null;
  }

  /** An earlier process wrote the segment. */
  void setRecovered() {
    recovered = true;
  }

  /** Whether all records up to an end, and all segments before, are on the device. */
  boolean isSyncedTo(long end) {
    return previous == null && synced == end;
  }

  /** See {@link JournalSegment#sync}. */
  void sync() {
    // Read before the earlier segments: what is published here implies that they are complete.
    long end = segment.published();
    if (previous != null) {
      syncEarlier();
    }
    syncTo(end);
  }

  /** Oldest first, so that each finds the segments before it on the device and can state that. */
  private void syncEarlier() {
    Deque<JournalSegment> earlier = new ArrayDeque<>();
    for (JournalSegment s = previous; s != null; s = s.syncState().previous) {
      earlier.push(s);
    }
    for (JournalSegment s : earlier) {
      SyncState state = s.syncState();
      state.forgetSettled();
      if (s.tryAcquire()) {
        try {
          state.syncTo(s.published());
        } finally {
          s.release();
        }
      } else if (!state.retired) {
        throw new AssertionError(s + " was released before it was on the device or retired");
      }
    }
    forgetSettled();
  }

  /** Forgets the segment before this one if nothing of it can be lost. */
  private void forgetSettled() {
    JournalSegment before = previous;
    if (before != null && before.syncState().isSettled()) {
      previous = null;
    }
  }

  private boolean isSettled() {
    return retired || (segment.isSealed() && previous == null && synced >= segment.end());
  }

  private void syncTo(long end) {
    if (failure != null) {
      throw new StorageException(segment.path(), "is not synced again after a failure", failure);
    }
    // While an earlier segment is not completely on the device, nothing here is published.
    long from = synced;
    if (end <= from || retired || previous != null) {
      return;
    }
    try {
      if (recovered && from == 0) {
        storeAgain(end);
      }
      file.sync(from, end - from);
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
    synced = end;
  }

  /**
   * Makes the pages of a recovered segment dirty. If a sync failed in an earlier process, the
   * kernel takes the pages for clean, whether they show what was written or what is on the device:
   * a sync would succeed and write nothing. Dirty pages stay as they are, so what is verified then
   * is what gets to the device.
   */
  private void storeAgain(long end) {
    file.write(0, file.memory(), 0, end);
    segment.verify();
  }
}
