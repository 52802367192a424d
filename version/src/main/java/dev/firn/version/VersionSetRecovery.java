package dev.firn.version;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.ValueFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the state from which a version set starts, and makes its first version. Changes nothing in
 * the folder.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
final class VersionSetRecovery {

  private final FileSystem fs;
  private final Path directory;
  private final BlockCache cache;
  private final AtomicLong nextNumber = new AtomicLong();
  private long storeId;
  private long openingId;
  private ManifestTail tail;
  private @Nullable Version first;

  VersionSetRecovery(FileSystem fs, Path directory, BlockCache cache) {
    this.fs = fs;
    this.directory = directory;
    this.cache = cache;
    this.tail = new ManifestTail(directory.resolve(FileName.CURRENT), 0, 0);
  }

  void run(Executor cleaner, long openingId, boolean createIfMissing) {
    this.openingId = openingId;
    StoreFiles files = StoreFiles.list(fs, directory);
    StoreState state = StoreState.empty();
    if (files.hasCurrent()) {
      state = readManifest(files);
    } else {
      checkMayCreate(files, createIfMissing);
      storeId = openingId;
    }
    nextNumber.set(Math.max(state.nextFileNumber(), files.highestNumber() + 1));
    Version empty = Version.empty(cleaner);
    first =
        empty.next(
            state,
            table -> Table.unopened(fs, directory, table, cache),
            file ->
                new ValueFile(
                    fs, directory, file.number(), file.fileBytes(), file.shortest(), false));
    empty.release();
  }

  private StoreState readManifest(StoreFiles files) {
    CurrentFile current = CurrentFile.read(fs, directory);
    Path path = FileName.manifest(directory, current.manifest());
    if (!files.hasManifest(current.manifest())) {
      throw new CorruptionException(path, 0, "the manifest that CURRENT names", "no such file");
    }
    ManifestReader.Contents contents =
        ManifestReader.read(fs, directory, current.manifest(), current.bytes());
    storeId = contents.storeId();
    if (storeId != current.storeId()) {
      throw new CorruptionException(
          path,
          ManifestFormat.HEADER_STORE_ID,
          "the store that CURRENT names, " + Long.toHexString(current.storeId()),
          "store " + Long.toHexString(storeId));
    }
    for (TableMetadata table : contents.state().shape().tables()) {
      if (!files.hasTable(table.number())) {
        throw new CorruptionException(
            FileName.table(directory, table.number()),
            0,
            "a table of " + table.fileBytes() + " bytes",
            "no such file");
      }
      if (table.largestSequence() > contents.state().lastSequence()) {
        throw new CorruptionException(
            path,
            contents.tail().offset(),
            "tables with sequences up to " + contents.state().lastSequence(),
            table.toString());
      }
    }
    checkValueFiles(files, contents.state().valueFiles());
    tail = contents.tail();
    return contents.state();
  }

  private void checkValueFiles(StoreFiles files, ValueFiles named) {
    for (ValueFiles.File file : named.all()) {
      if (!files.hasJournal(file.number())) {
        throw new CorruptionException(
            FileName.journal(directory, file.number()),
            0,
            "a value file of " + file.fileBytes() + " bytes",
            "no such file");
      }
    }
  }

  /** A folder with data has lost CURRENT; a folder without data is not a store yet. */
  private void checkMayCreate(StoreFiles files, boolean createIfMissing) {
    List<String> data = files.data();
    if (!data.isEmpty()) {
      throw new CorruptionException(
          directory.resolve(FileName.CURRENT),
          0,
          "the name of a manifest, because the folder holds " + data.getFirst(),
          "no such file");
    }
    if (!createIfMissing) {
      throw new StorageException(directory, "is not a store: it has no file CURRENT", null);
    }
  }

  FileSystem fs() {
    return fs;
  }

  Path directory() {
    return directory;
  }

  BlockCache cache() {
    return cache;
  }

  long storeId() {
    return storeId;
  }

  long openingId() {
    return openingId;
  }

  ManifestTail tail() {
    return tail;
  }

  /** The first version, with one reference for the caller. */
  Version first() {
    return Objects.requireNonNull(first);
  }

  AtomicLong nextNumber() {
    return nextNumber;
  }
}
