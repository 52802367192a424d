package dev.firn.engine;

import dev.firn.wal.PlainMappedFile;
import dev.firn.wal.SegmentOver;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Shared syncs for a model checker. When a sync returns, every write that was visible before it is
 * on the device, whichever thread put it there. One thread syncs the file at a time. The steps
 * within a write are checked by {@link CommitModel}.
 */
public class SyncModel {

  /** The size of every record in this model, each with one small entry. */
  private static final long RECORD_BYTES = CommitPipeline.recordBytes();

  private final DeviceFile file = new DeviceFile();
  private final CommitPipeline pipeline = new CommitPipeline(file);

  /** A file that records the end of its synced bytes. */
  private static final class DeviceFile extends PlainMappedFile {

    private volatile boolean syncing;
    private volatile long synced;

    DeviceFile() {
      super(CommitPipeline.file().memory());
    }

    @Override
    public void sync(long position, long length) {
      if (syncing) {
        throw new AssertionError("two syncs at a time");
      }
      syncing = true;
      synced = Math.max(synced, position + length);
      syncing = false;
    }
  }

  /** Writes without a sync. */
  @Operation
  public void write() {
    pipeline.put(1, false, 0);
  }

  /** Syncs; returns whether every write visible before is on the device. */
  @Operation
  public boolean sync() {
    long before = pipeline.visible.get();
    pipeline.syncer.sync();
    return isSynced(before);
  }

  private boolean isSynced(long sequence) {
    long end = SegmentOver.start() + RECORD_BYTES * sequence;
    return sequence == 0 || file.synced >= end;
  }

  /** Checks that every reference is released. */
  @Validate
  public void end() {
    pipeline.end();
  }

  /** The sequential specification. */
  public static class Specification {

    /** See {@link SyncModel#write}. */
    public void write() {}

    /** See {@link SyncModel#sync}. */
    public boolean sync() {
      return true;
    }
  }
}
