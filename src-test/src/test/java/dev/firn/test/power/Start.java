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
 * What scripts begin with: a disk, all of it durable, and its content.
 *
 * @param files not to be changed
 * @param model not to be changed
 */
record Start(MemoryFileSystem files, Model model) {

  static Start empty() {
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(MemoryDisk.DIRECTORY);
    return new Start(files, new Model());
  }

  /** A store that was open when the power was cut: with tables, and records in the journal. */
  static Start used() {
    MemoryFileSystem files = new MemoryFileSystem();
    MemoryFileSystem[] left = new MemoryFileSystem[1];
    Driver driver =
        new Driver(
            new MemoryDisk(files),
            Scripts.used(),
            new Model(),
            // The last call that finds the store open precedes its closing.
            () -> left[0] = isOpen(files) ? files.crashClone(PowerCut.everything()) : left[0]);
    driver.run();
    return new Start(left[0], driver.model());
  }

  private static boolean isOpen(MemoryFileSystem files) {
    return !files.openFiles().isEmpty();
  }

  /**
   * The same, kept in a folder of the machine: the id of a new store would make its images differ
   * between runs.
   */
  static Start used(Path folder) throws IOException {
    Start made = used();
    if (!Files.exists(folder)) {
      Files.createDirectories(folder);
      StoreImage.of(made.files, MemoryDisk.DIRECTORY).writeTo(folder);
    }
    return new Start(StoreImage.of(folder).toFileSystem(), made.model);
  }

  Model newModel() {
    return model.copyAt(model.commits(), model.numbers());
  }
}
