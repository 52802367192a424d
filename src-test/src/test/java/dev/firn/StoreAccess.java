package dev.firn;

import dev.firn.core.file.FileSystem;
import java.nio.file.Path;

/** Opens stores on file systems other than the machine's: the door that users do not have. */
public final class StoreAccess {

  private StoreAccess() {}

  /** Opens a store on any file system. */
  public static Store open(Path directory, StoreOptions options, FileSystem files) {
    return Store.open(directory, options, files);
  }

  /** Repairs a store on any file system. */
  public static RepairReport repair(Path store, Path to, FileSystem files) {
    return StoreRepair.run(store, to, files);
  }
}
