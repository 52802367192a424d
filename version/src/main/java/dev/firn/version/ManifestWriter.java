package dev.firn.version;

import static dev.firn.version.ManifestFormat.EDIT;
import static dev.firn.version.ManifestFormat.MARK;
import static dev.firn.version.ManifestFormat.RECORD_HEADER_BYTES;
import static dev.firn.version.ManifestFormat.SNAPSHOT;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.DiskFullException;
import java.nio.file.Path;

/**
 * Writes a manifest, see {@link ManifestFormat}.
 *
 * <p>After any failure that does not leave it {@linkplain #isTorn torn}, the file's content is
 * unknown: the writer must not be used again, and the files that the edit names must stay, because
 * the next open may find the edit.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Owns the open file.
 */
final class ManifestWriter implements AutoCloseable {

  private final AppendFile file;
  private final long number;
  private final ByteSink sink = new ByteSink();
  private long snapshotBytes;
  private boolean torn;

  private ManifestWriter(AppendFile file, long number) {
    this.file = file;
    this.number = number;
  }

  /** Writes a new manifest that starts with a snapshot: the content is synced, the name is not. */
  static ManifestWriter create(
      FileSystem fs, Path directory, long number, long storeId, VersionEdit snapshot) {
    AppendFile file = fs.create(FileName.manifest(directory, number));
    ManifestWriter writer = new ManifestWriter(file, number);
    try {
      ManifestFormat.putHeader(writer.sink, number, storeId);
      writer.write(SNAPSHOT, snapshot);
      file.sync();
      writer.snapshotBytes = file.size();
      return writer;
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** Appends an edit; it is on the device when this returns. */
  void append(VersionEdit edit) {
    write(EDIT, edit);
    file.sync();
    try {
      write(MARK, VersionEdit.of());
    } catch (DiskFullException e) {
      // The edit counts; the next one begins another manifest.
    }
  }

  private void write(int kind, VersionEdit edit) {
    try {
      long at = sink.size();
      for (int i = 0; i < RECORD_HEADER_BYTES; i += Integer.BYTES) {
        sink.putInt(0);
      }
      VersionEditCodec.encode(edit, sink);
      ManifestFormat.finishRecord(sink, at, kind, number, file.size() + at);
      torn = true;
      file.append(sink.memory(), 0, sink.size());
      torn = false;
    } finally {
      sink.clear();
    }
  }

  /** Whether the file ends with a part of a record, for want of room. */
  boolean isTorn() {
    return torn;
  }

  long number() {
    return number;
  }

  /** Length of the file. */
  long bytes() {
    return file.size();
  }

  /** Length of header and snapshot. */
  long snapshotBytes() {
    return snapshotBytes;
  }

  /** Syncs the last mark, so that the next open can tell any damage from a torn tail. */
  void finish() {
    file.sync();
  }

  /** Closes the file. Idempotent. */
  @Override
  public void close() {
    file.close();
  }
}
