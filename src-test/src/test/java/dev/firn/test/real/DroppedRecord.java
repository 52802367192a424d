package dev.firn.test.real;

import dev.firn.core.file.RealFileSystem;
import dev.firn.test.InterceptedFileSystem;
import dev.firn.wal.JournalFormat;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The machine's file system, which on request acknowledges one journal record without writing it:
 * the harness must notice.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class DroppedRecord extends InterceptedFileSystem {

  private final AtomicBoolean dropsNext = new AtomicBoolean();

  DroppedRecord() {
    super(new RealFileSystem());
  }

  void dropNext() {
    dropsNext.set(true);
  }

  @Override
  protected void write(Path file, long position, Runnable write) {
    boolean isRecord = position >= JournalFormat.HEADER_BYTES;
    if (!isRecord || !dropsNext.compareAndSet(true, false)) {
      super.write(file, position, write);
    }
  }
}
