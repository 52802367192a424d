package dev.firn.wal;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.error.FirnException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of segments: new ones, and old ones made over.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class SegmentFiles {

  private final FileSystem fs;
  private final Path directory;
  private final SegmentHeader header = new SegmentHeader();

  SegmentFiles(FileSystem fs, Path directory) {
    this.fs = fs;
    this.directory = directory;
  }

  /**
   * Prepares a segment: when this returns, its file is complete, with a header, under a durable
   * name, and no store into it can meet a page fault or a full disk.
   *
   * <p>A file has a segment's name only once its header is on the device. So whatever moment a
   * crash picks, a file with a segment's name and without its header is damage.
   *
   * @param preparedAfter the number of the segment to be used before this one, whose name is
   *     durable; 0 when there is none
   * @param spare an old segment of the right size, to be made over, and its mapping with it; null
   *     to allocate a new file
   */
  MappedFile prepare(long number, long bytes, long preparedAfter, @Nullable Spare spare) {
    Path path = FileName.journal(directory, number);
    Path temporary = FileName.temporary(path);
    MappedFile file = spare == null ? null : spare.mapping();
    try {
      if (spare == null) {
        fs.allocate(temporary, bytes);
      } else {
        // Durably, so that the old name never stands for the new header, and no spare that was
        // prepared after another outlasts it.
        fs.rename(spare.path(), temporary);
        fs.syncDirectory(directory);
      }
      if (file == null) {
        file = fs.map(temporary);
      }
      file.renamed(temporary);
      header.writeTo(file, number, preparedAfter);
      file.sync(0, JournalFormat.HEADER_BYTES);
      fs.rename(temporary, path);
      file.renamed(path);
      fs.syncDirectory(directory);
      file.prefault();
      return file;
    } catch (Throwable e) {
      if (file != null) {
        file.close();
      }
      // It holds no record, and no record will ever carry its number.
      delete(temporary);
      delete(path);
      throw e;
    }
  }

  /** Has a segment that was not used yet name another to follow. Not durable when it returns. */
  void setPreparedAfter(MappedFile file, long number, long preparedAfter) {
    header.writeTo(file, number, preparedAfter);
  }

  /**
   * Deletes a segment that is ready, or throws: then it is still there. Durable with the next one
   * that is prepared.
   */
  void discard(MappedFile file) {
    file.close();
    fs.delete(file.path());
  }

  /** Deletes a spare. */
  void delete(Spare spare) {
    spare.close();
    delete(spare.path());
  }

  /** Deletes a file that is not needed. Should that fail, the next open does it. */
  void delete(Path path) {
    try {
      fs.delete(path);
    } catch (FirnException e) {
      // The file is ignored by everyone until then.
    }
  }
}
