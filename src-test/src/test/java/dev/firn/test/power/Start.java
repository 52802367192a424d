package dev.firn.test.power;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What scripts begin with: a disk, all of it durable, and what is on it.
 *
 * @param files not to be changed
 * @param model not to be changed
 */
record Start(MemoryFileSystem files, Model model) {

  /** An empty folder. */
  static Start empty() {
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(MemoryDisk.DIRECTORY);
    return new Start(files, new Model());
  }

  /** A store that was in use when the power went: with tables, and records behind them. */
  static Start used() {
    MemoryFileSystem files = new MemoryFileSystem();
    MemoryFileSystem[] left = new MemoryFileSystem[1];
    Driver driver =
        new Driver(
            new MemoryDisk(files),
            Scripts.used(),
            new Model(),
            // The last time but one is before the store is closed.
            () -> left[0] = isOpen(files) ? files.crashClone(PowerCut.everything()) : left[0]);
    driver.run();
    return new Start(left[0], driver.model());
  }

  private static boolean isOpen(MemoryFileSystem files) {
    return !files.openFiles().isEmpty();
  }

  /**
   * The same, kept in a folder of the machine: a store has an id of its own, and by that its images
   * would differ from those of an earlier run.
   */
  static Start used(Path folder) throws IOException {
    Start made = used();
    if (!Files.exists(folder)) {
      Files.createDirectories(folder);
      StoreImage.of(made.files, MemoryDisk.DIRECTORY).writeTo(folder);
    }
    return new Start(StoreImage.of(folder).toFileSystem(), made.model);
  }

  /** A copy of the model for a script to go on with. */
  Model newModel() {
    return model.copyAt(model.commits(), model.numbers());
  }
}
