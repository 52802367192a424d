package dev.firn.version;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * The names in a store's folder and their meaning. Names that no store gives are ignored.
 *
 * <p><b>Threading.</b> Immutable.
 */
final class StoreFiles {

  private static final String TEMPORARY = FileName.temporary(Path.of("")).toString();

  private final FileSystem fs;
  private final Path directory;
  private final Set<String> names;

  private StoreFiles(FileSystem fs, Path directory, List<String> names) {
    this.fs = fs;
    this.directory = directory;
    this.names = new LinkedHashSet<>(names);
  }

  static StoreFiles list(FileSystem fs, Path directory) {
    return new StoreFiles(fs, directory, fs.list(directory));
  }

  boolean hasCurrent() {
    return names.contains(FileName.CURRENT);
  }

  /** The files that only a store with a manifest can have. */
  List<String> data() {
    return names.stream()
        .filter(name -> isNumbered(name, FileName::tableNumber, FileName::journalNumber))
        .toList();
  }

  boolean hasTable(long number) {
    return contains(FileName.table(directory, number));
  }

  boolean hasJournal(long number) {
    return contains(FileName.journal(directory, number));
  }

  boolean hasManifest(long number) {
    return contains(FileName.manifest(directory, number));
  }

  private boolean contains(Path path) {
    return names.contains(String.valueOf(path.getFileName()));
  }

  /**
   * The largest number in a file name, temporary names included; 0 when there is none.
   *
   * @throws StorageException when a number is larger than any that a store uses
   */
  long highestNumber() {
    long highest = 0;
    for (String name : names) {
      String whole = withoutTemporary(name);
      for (OptionalLong number :
          List.of(
              FileName.tableNumber(whole),
              FileName.journalNumber(whole),
              FileName.manifestNumber(whole))) {
        if (number.orElse(0) > FileName.MAX_NUMBER) {
          throw new StorageException(
              directory.resolve(name), "has a number that no store gives a file", null);
        }
        highest = Math.max(highest, number.orElse(0));
      }
    }
    return highest;
  }

  /** All tables, manifests and temporary files but these tables and this manifest. */
  List<Path> obsolete(Set<Long> tables, long manifest) {
    List<Path> obsolete = new ArrayList<>();
    for (String name : names) {
      Path path = directory.resolve(name);
      if (isObsolete(name, tables, manifest) && !fs.isDirectory(path)) {
        obsolete.add(path);
      }
    }
    return obsolete;
  }

  private static boolean isObsolete(String name, Set<Long> tables, long manifest) {
    if (FileName.isTemporary(name)) {
      String whole = withoutTemporary(name);
      return whole.equals(FileName.CURRENT)
          || isNumbered(whole, FileName::tableNumber, FileName::manifestNumber);
    }
    OptionalLong table = FileName.tableNumber(name);
    if (table.isPresent()) {
      return !tables.contains(table.getAsLong());
    }
    OptionalLong number = FileName.manifestNumber(name);
    return number.isPresent() && number.getAsLong() != manifest;
  }

  private static boolean isNumbered(
      String name, Function<String, OptionalLong> one, Function<String, OptionalLong> other) {
    return one.apply(name).isPresent() || other.apply(name).isPresent();
  }

  private static String withoutTemporary(String name) {
    return FileName.isTemporary(name)
        ? name.substring(0, name.length() - TEMPORARY.length())
        : name;
  }
}
