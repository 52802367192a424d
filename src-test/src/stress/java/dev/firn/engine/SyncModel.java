package dev.firn.engine;

import dev.firn.wal.PlainMappedFile;
import dev.firn.wal.SegmentOver;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Shared syncs as a model checker runs them: what was visible before a sync is forced when it
 * returns, whoever forced it, and one thread forces at a time. A write is one step here: what else
 * can come between is {@link CommitModel}'s.
 */
public class SyncModel {

  /** What a record of one small entry takes: all records here are such. */
  private static final long RECORD_BYTES = CommitPipeline.recordBytes();

  private final DeviceFile file = new DeviceFile();
  private final CommitPipeline pipeline = new CommitPipeline(file);

  /** Says what was forced. */
  private static final class DeviceFile extends PlainMappedFile {

    private volatile boolean forcing;
    private volatile long forced;

    DeviceFile() {
      super(CommitPipeline.file().memory());
    }

    @Override
    public void force(long position, long length) {
      if (forcing) {
        throw new AssertionError("two forces at once");
      }
      forcing = true;
      forced = Math.max(forced, position + length);
      forcing = false;
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
    return isForced(before);
  }

  private boolean isForced(long sequence) {
    long end = SegmentOver.start() + RECORD_BYTES * sequence;
    return sequence == 0 || file.forced >= end;
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
