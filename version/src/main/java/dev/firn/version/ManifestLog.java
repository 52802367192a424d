package dev.firn.version;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
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
 * Makes edits durable: appends them to the current manifest, replaces the manifest when it has
 * grown, and keeps CURRENT, which names it.
 *
 * <p><b>Failure.</b> When writing fails, the edit may be on the device or not, and every later call
 * throws {@link StoreFailedException}. When there is no room, the edit may be on the device too,
 * but the log goes on: the next call begins a new manifest, without that edit.
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
  private final long maxBytes;

  /** Null until {@link #begin}. */
  private @Nullable ManifestWriter manifest;

  private @Nullable Throwable failure;

  /**
   * A log without a manifest, until {@link #begin}.
   *
   * @param numbers gives a number to each new file
   */
  ManifestLog(FileSystem fs, Path directory, long storeId, LongSupplier numbers) {
    this(fs, directory, storeId, numbers, ManifestFormat.MAX_BYTES);
  }

  /**
   * As the other constructor.
   *
   * @param maxBytes max length of a manifest
   */
  ManifestLog(FileSystem fs, Path directory, long storeId, LongSupplier numbers, long maxBytes) {
    this.maxBytes = maxBytes;
    this.fs = fs;
    this.directory = directory;
    this.storeId = storeId;
    this.numbers = numbers;
  }

  /**
   * Replaces the manifest by a new one with this state, and deletes tables, manifests and temporary
   * files that the state does not name. Journal segments stay.
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
   * Writes an edit; when this returns, the edit and the names of the tables that it adds are on the
   * device.
   *
   * @param before the state that the edit changes
   * @throws StorageException when no manifest can hold the state and the edit; nothing was written
   */
  void append(StoreState before, VersionEdit edit) {
    checkUsable();
    long room = room(edit);
    boolean isFull = manifest != null && manifest.bytes() + room > maxBytes;
    if (isFull && snapshotBytes(before) + room > maxBytes) {
      throw new StorageException(
          directory,
          "needs a manifest of more than " + maxBytes + " bytes: too many tables or too long keys",
          null);
    }
    try {
      fs.checkOwned(directory);
      if (!edit.all(TableAdded.class).isEmpty()) {
        fs.syncDirectory(directory);
      }
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
    ManifestWriter writer = current(before, isFull);
    try {
      writer.append(edit);
    } catch (Throwable e) {
      // A part of a record counts for nothing. After a failed sync the edit may count.
      if (!(e instanceof DiskFullException && writer.isTorn())) {
        failure = e;
      }
      throw e;
    }
  }

  /**
   * The manifest to write to; replaced first if it has grown, or ends with a part of a record.
   */
  private ManifestWriter current(StoreState state, boolean isFull) {
    ManifestWriter writer = manifest;
    if (writer == null) {
      throw new IllegalStateException("begin was not called");
    }
    boolean hasGrown =
        writer.bytes() > MIN_ROTATION_BYTES
            && writer.bytes() > ROTATION_FACTOR * writer.snapshotBytes();
    boolean mustRotate = isFull || writer.isTorn();
    try {
      return mustRotate || hasGrown ? rotate(writer, state) : writer;
    } catch (Throwable e) {
      if (failure == null && e instanceof DiskFullException) {
        if (!mustRotate) {
          return writer; // it can grow further
        }
      } else {
        failure = e;
      }
      throw e;
    }
  }

  /** Length of a manifest with a state and no edit. */
  private static long snapshotBytes(StoreState state) {
    ByteSink sink = new ByteSink();
    VersionEditCodec.encode(state.snapshot().with(new NextFileNumber(Long.MAX_VALUE)), sink);
    return ManifestFormat.HEADER_BYTES
        + ManifestFormat.RECORD_HEADER_BYTES
        + ManifestFormat.align(sink.size());
  }

  /** Max length of an edit in a manifest, with its record's header and the mark after it. */
  private static long room(VersionEdit edit) {
    return VersionEditCodec.maxBytes(edit)
        + 2L * (ManifestFormat.RECORD_HEADER_BYTES + ManifestFormat.ALIGNMENT);
  }

  /** Starts a new manifest and deletes the old one. */
  private ManifestWriter rotate(ManifestWriter old, StoreState state) {
    install(numbers.getAsLong(), state);
    old.close();
    fs.delete(FileName.manifest(directory, old.number()));
    return Objects.requireNonNull(manifest);
  }

  /** Writes a new manifest with a state and makes it current. */
  private void install(long number, StoreState state) {
    VersionEdit snapshot = state.snapshot().with(new NextFileNumber(number + 1));
    ManifestWriter begun = null;
    CurrentFile current;
    try {
      begun = ManifestWriter.create(fs, directory, number, storeId, snapshot);
      current = new CurrentFile(number, begun.bytes(), storeId);
      current.prepare(fs, directory);
    } catch (Throwable e) {
      if (begun != null) {
        begun.close();
      }
      if (e instanceof DiskFullException) {
        fs.delete(FileName.temporary(directory.resolve(FileName.CURRENT)));
        fs.delete(FileName.manifest(directory, number));
      }
      throw e;
    }
    manifest = begun;
    try {
      current.install(fs, directory);
    } catch (Throwable e) {
      failure = e; // also when there is no room: either manifest may count from now on
      throw e;
    }
  }

  /** Throws if writing has failed before. */
  void checkUsable() {
    Throwable cause = failure;
    if (cause != null) {
      throw new StoreFailedException("writing the manifest", cause);
    }
  }

  /** Whether writing has failed, so that the manifest's content is unknown. */
  boolean hasFailed() {
    return failure != null;
  }

  /**
   * What a manifest holds at one moment.
   *
   * @param number the manifest's number
   * @param bytes its length, which ends with a whole record
   */
  record Extent(long number, long bytes) {}

  /** What the current manifest holds; null if that is not known. */
  @Nullable Extent extent() {
    ManifestWriter writer = manifest;
    return failure != null || writer == null || writer.isTorn()
        ? null
        : new Extent(writer.number(), writer.bytes());
  }

  /** Syncs the manifest, unless writing has failed, and closes it. Called once. */
  @Override
  public void close() {
    try (ManifestWriter closing = manifest) {
      if (failure == null && closing != null && !closing.isTorn()) {
        fs.checkOwned(directory);
        closing.finish();
        CurrentFile current = new CurrentFile(closing.number(), closing.bytes(), storeId);
        current.prepare(fs, directory);
        current.install(fs, directory);
      }
    } catch (FirnException e) {
      failure = e;
      throw e;
    }
  }
}
