package dev.firn.version;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.NextFileNumber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the state of a store whose CURRENT or manifest may be damaged or missing, and writes the
 * manifest of a repaired store.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
public final class ManifestSalvage {

  /**
   * What is known of a store's state.
   *
   * @param state the newest state that could be read; the empty one if there is none
   * @param exact whether that is the state of the store; otherwise it may be an earlier one
   * @param storeId the store's id; 0 if it is not known
   * @param highestNumber the largest number in a file name
   * @param damage why the state is not exact, or had to be found without CURRENT; null if nothing
   *     is wrong
   */
  public record Found(
      StoreState state,
      boolean exact,
      long storeId,
      long highestNumber,
      @Nullable FirnException damage) {}

  private ManifestSalvage() {}

  /** Reads the state of the store in a folder. */
  public static Found read(FileSystem fs, Path directory) {
    StoreFiles files = StoreFiles.list(fs, directory);
    FirnException damage;
    try {
      CurrentFile current = CurrentFile.read(fs, directory);
      ManifestReader.Contents contents =
          ManifestReader.read(fs, directory, current.manifest(), current.bytes());
      if (contents.storeId() != current.storeId()) {
        throw new CorruptionException(
            directory.resolve(FileName.CURRENT), 0, "the store of the manifest", "another store");
      }
      return new Found(contents.state(), true, contents.storeId(), files.highestNumber(), null);
    } catch (CorruptionException | StorageException e) {
      damage = e;
    }
    for (long number : manifests(fs, directory)) {
      try {
        ManifestReader.Contents contents = ManifestReader.salvage(fs, directory, number);
        boolean exact = contents.isWhole() && hasAll(fs, directory, contents.state());
        return new Found(
            contents.state(), exact, contents.storeId(), files.highestNumber(), damage);
      } catch (CorruptionException | StorageException e) {
        damage.addSuppressed(e);
      }
    }
    return new Found(StoreState.empty(), false, 0, files.highestNumber(), damage);
  }

  /** The numbers of the manifests, the newest first. */
  private static List<Long> manifests(FileSystem fs, Path directory) {
    List<Long> numbers = new ArrayList<>();
    for (String name : fs.list(directory)) {
      OptionalLong number = FileName.manifestNumber(name);
      if (number.isPresent()) {
        numbers.add(number.getAsLong());
      }
    }
    numbers.sort((a, b) -> Long.compare(b, a));
    return numbers;
  }

  /** Whether the folder has the tables of a state and no others: no edit is missing. */
  private static boolean hasAll(FileSystem fs, Path directory, StoreState state) {
    Set<Long> named = new HashSet<>();
    for (TableMetadata table : state.shape().tables()) {
      named.add(table.number());
    }
    Set<Long> there = new HashSet<>();
    for (String name : fs.list(directory)) {
      FileName.tableNumber(name).ifPresent(there::add);
    }
    return named.equals(there);
  }

  /**
   * Makes a state the state of a folder, durably: with a new manifest, and CURRENT, which names it.
   *
   * @param number a number that no file has
   */
  public static void install(
      FileSystem fs, Path directory, long storeId, long number, StoreState state) {
    VersionEdit snapshot = state.snapshot().with(new NextFileNumber(number + 1));
    try (ManifestWriter writer = ManifestWriter.create(fs, directory, number, storeId, snapshot)) {
      CurrentFile current = new CurrentFile(number, writer.bytes(), storeId);
      current.prepare(fs, directory);
      current.install(fs, directory);
    }
  }
}
