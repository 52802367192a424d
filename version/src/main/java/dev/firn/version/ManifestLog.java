package dev.firn.version;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.StoreFailedException;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.TableAdded;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where edits become durable: the current manifest, the next one once that has grown, and CURRENT,
 * which names it.
 *
 * <p><b>Failure.</b> When writing fails, nobody knows whether the edit is on the device, and every
 * later call throws {@link StoreFailedException}.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Owns the manifest's file.
 */
final class ManifestLog implements AutoCloseable {

  private static final long MIN_ROTATION_BYTES = 1 << 20;
  private static final int ROTATION_FACTOR = 4;

  private final FileSystem fs;
  private final Path directory;
  private final long storeId;
  private final LongSupplier numbers;

  /** Null until {@link #begin}. */
  private @Nullable ManifestWriter manifest;

  private @Nullable Throwable failure;

  /**
   * A log without a manifest, until {@link #begin}.
   *
   * @param numbers gives the numbers of new files
   */
  ManifestLog(FileSystem fs, Path directory, long storeId, LongSupplier numbers) {
    this.fs = fs;
    this.directory = directory;
    this.storeId = storeId;
    this.numbers = numbers;
  }

  /**
   * A new manifest of a state takes the place of the old one, and tables, manifests and temporary
   * files that nothing names are deleted. Journals are left alone.
   */
  void begin(StoreState state) {
    checkUsable();
    try {
      StoreFiles files = StoreFiles.list(fs, directory);
      long number = numbers.getAsLong();
      install(number, state);
      Set<Long> tables = new HashSet<>();
      state.shape().tables().forEach(table -> tables.add(table.number()));
      files.obsolete(tables, number).forEach(fs::delete);
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
  }

  /**
   * Writes an edit; it is on the device when this returns, and so are the names of the tables that
   * it adds.
   *
   * @param before the state that it is an edit of
   */
  void append(StoreState before, VersionEdit edit) {
    checkUsable();
    try {
      if (!edit.all(TableAdded.class).isEmpty()) {
        fs.syncDirectory(directory);
      }
      current(before).append(edit);
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
  }

  /** The manifest to write to: a new one where the old one has grown. */
  private ManifestWriter current(StoreState state) {
    ManifestWriter writer = manifest;
    if (writer == null) {
      throw new IllegalStateException("the versions were not begun");
    }
    return writer.bytes() > MIN_ROTATION_BYTES
            && writer.bytes() > ROTATION_FACTOR * writer.snapshotBytes()
        ? rotate(writer, state)
        : writer;
  }

  /** Begins a new manifest, and deletes the old one. */
  private ManifestWriter rotate(ManifestWriter old, StoreState state) {
    old.close();
    install(numbers.getAsLong(), state);
    fs.delete(FileName.manifest(directory, old.number()));
    return Objects.requireNonNull(manifest);
  }

  /** Makes a new manifest of a state the current one. */
  private void install(long number, StoreState state) {
    VersionEdit snapshot = state.snapshot().with(new NextFileNumber(number + 1));
    ManifestWriter begun = ManifestWriter.create(fs, directory, number, storeId, snapshot);
    manifest = begun;
    new CurrentFile(number, begun.bytes(), storeId).install(fs, directory);
  }

  /** Throws if writing has failed before. */
  void checkUsable() {
    Throwable cause = failure;
    if (cause != null) {
      throw new StoreFailedException("writing the manifest", cause);
    }
  }

  /** Whether writing has failed, so that nobody knows what the manifest says. */
  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Reads CURRENT and the manifest again, and checks every byte of them.
   *
   * @return how many bytes they have
   * @throws dev.firn.error.CorruptionException when they are not what was written
   */
  long verify() {
    CurrentFile named = CurrentFile.read(fs, directory);
    ManifestReader.read(fs, directory, named.manifest(), named.bytes());
    return fs.size(directory.resolve(FileName.CURRENT))
        + fs.size(FileName.manifest(directory, named.manifest()));
  }

  /** Ends the manifest, unless writing has failed, and closes it. Called once. */
  @Override
  public void close() {
    try (ManifestWriter closing = manifest) {
      if (failure == null && closing != null) {
        closing.finish();
        new CurrentFile(closing.number(), closing.bytes(), storeId).install(fs, directory);
      }
    } catch (FirnException e) {
      failure = e;
      throw e;
    }
  }
}
