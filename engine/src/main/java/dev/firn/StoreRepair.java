package dev.firn;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.RealFileSystem;
import dev.firn.engine.repair.Repair;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Repairs a damaged store that is not open. Every readable block of its tables and every readable
 * batch of its journal is kept; a lost manifest is made again from the tables and journals that are
 * there. The {@link RepairReport} says what may be lost. The repaired store opens, and {@link
 * Store#verify} finds it intact. It needs as much room as the store.
 *
 * <pre>{@code
 * RepairReport report = StoreRepair.copy(Path.of("readings"), Path.of("readings.repaired"));
 * report.losses().forEach(loss -> System.out.println(loss.tree() + " in " + loss.file()));
 * }</pre>
 *
 * <p>Restore a copy of the store instead if there is one.
 */
public final class StoreRepair {

  private StoreRepair() {}

  /**
   * Writes a repaired copy. The store stays as it is.
   *
   * @param store the folder of the store
   * @param to the folder of the copy, missing or empty
   * @throws dev.firn.error.StoreLockedException when the store is open
   * @throws dev.firn.error.FormatVersionException when a newer release wrote it
   * @throws dev.firn.error.StorageException when a folder is not suitable, or cannot be used
   * @throws dev.firn.error.DiskFullException when there is no room
   */
  public static RepairReport copy(Path store, Path to) {
    return run(store, to, new RealFileSystem());
  }

  /**
   * Repairs a store in its folder. Damaged files are deleted when it is opened next. When this
   * fails, the store is as it was.
   *
   * @param store the folder of the store
   * @throws dev.firn.error.FirnException as {@link #copy} does
   */
  public static RepairReport inPlace(Path store) {
    return run(store, store, new RealFileSystem());
  }

  static RepairReport run(Path store, Path to, FileSystem files) {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(to, "to");
    Path target = files.resolve(to);
    Repair.Result result = Repair.run(files, files.resolve(store), target);
    return new RepairReport(
        target,
        result.manifestRebuilt(),
        result.intactTables(),
        result.salvagedTables(),
        result.records(),
        result.damage(),
        result.losses().stream()
            .map(
                loss ->
                    new RepairReport.Loss(
                        loss.file(),
                        loss.offset(),
                        loss.tree(),
                        loss.from(),
                        loss.to(),
                        loss.firstSequence(),
                        loss.lastSequence()))
            .toList());
  }
}
