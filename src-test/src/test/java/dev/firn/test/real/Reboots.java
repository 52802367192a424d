package dev.firn.test.real;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.RealFileSystem;
import dev.firn.test.InterceptedFileSystem;
import java.nio.file.Path;

/**
 * The machine's file system with a boot id that changes: a power cut of a loop device loses the
 * page cache, but the machine's boot id stays.
 */
final class Reboots extends InterceptedFileSystem {

  private final long boot;
  private final boolean forgetful;

  private Reboots(long boot, boolean forgetful) {
    super(new RealFileSystem());
    this.boot = boot;
    this.forgetful = forgetful;
  }

  /**
   * @param boot number of the restart
   * @param forgetful whether syncs of journals are acknowledged and left out: the harness must
   *     notice
   */
  static FileSystem files(long boot, boolean forgetful) {
    return new Reboots(boot, forgetful);
  }

  @Override
  public long bootId() {
    return boot;
  }

  @Override
  protected void sync(Path file, Runnable sync) {
    if (!forgetful || !file.toString().contains(".journal")) {
      super.sync(file, sync);
    }
  }
}
