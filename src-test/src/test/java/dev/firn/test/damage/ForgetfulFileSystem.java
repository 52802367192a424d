package dev.firn.test.damage;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.test.InterceptedFileSystem;
import java.nio.file.Path;

/** A file system that says yes to some kind of sync and does nothing. */
final class ForgetfulFileSystem extends InterceptedFileSystem {

  /** What is forgotten: to put this on the device. */
  enum Forgets {
    JOURNALS,
    TABLES,
    MANIFESTS,
    CURRENT,
    NAMES;

    /** Whether it is this file, perhaps under the name that it has while it is written. */
    boolean applyTo(Path file) {
      String name = file.getFileName().toString();
      return switch (this) {
        case JOURNALS -> name.contains(".journal");
        case TABLES -> name.contains(".table");
        case MANIFESTS -> name.startsWith("manifest-");
        case CURRENT -> name.startsWith(FileName.CURRENT);
        case NAMES -> false;
      };
    }
  }

  private final Forgets forgets;

  ForgetfulFileSystem(FileSystem files, Forgets forgets) {
    super(files);
    this.forgets = forgets;
  }

  @Override
  public void syncDirectory(Path directory) {
    if (forgets != Forgets.NAMES) {
      super.syncDirectory(directory);
    }
  }

  @Override
  protected void sync(Path file, Runnable sync) {
    if (!forgets.applyTo(file)) {
      super.sync(file, sync);
    }
  }
}
