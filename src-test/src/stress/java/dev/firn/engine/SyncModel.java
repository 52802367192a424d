package dev.firn.engine;

import dev.firn.wal.PlainMappedFile;
import dev.firn.wal.SegmentOver;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Shared syncs as a model checker runs them: what was visible before a sync is synced when it
 * returns, whoever synced it, and one thread syncs at a time. A write is one step here: what else
 * can come between is {@link CommitModel}'s.
 */
public class SyncModel {

  /** What a record of one small entry takes: all records here are such. */
  private static final long RECORD_BYTES = CommitPipeline.recordBytes();

  private final DeviceFile file = new DeviceFile();
  private final CommitPipeline pipeline = new CommitPipeline(file);

  /** Says what was synced. */
  private static final class DeviceFile extends PlainMappedFile {

    private volatile boolean syncing;
    private volatile long synced;

    DeviceFile() {
      super(CommitPipeline.file().memory());
    }

    @Override
    public void sync(long position, long length) {
      if (syncing) {
        throw new AssertionError("two syncs at once");
      }
      syncing = true;
      synced = Math.max(synced, position + length);
      syncing = false;
    }
  }

  /** A buffered write. */
  @Operation
  public void write() {
    pipeline.put(1, false, 0);
  }

  /** A sync. */
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

  /** Nothing is held any more. */
  @Validate
  public void end() {
    pipeline.end();
  }

  /** What it should be like. */
  public static class Specification {

    /** See {@link SyncModel#write}. */
    public void write() {}

    /** See {@link SyncModel#sync}. */
    public boolean sync() {
      return true;
    }
  }
}
