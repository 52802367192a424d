package dev.firn.test.damage;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.test.InterceptedFileSystem;
import java.nio.file.Path;

/** A file system that acknowledges one kind of sync and does nothing. */
final class ForgetfulFileSystem extends InterceptedFileSystem {

  enum Forgets {
    JOURNALS,
    TABLES,
    MANIFESTS,
    CURRENT,
    NAMES;

    /** Whether this is such a file, also under its temporary name. */
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
