package dev.firn.engine;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.error.FirnException;
import dev.firn.error.FormatVersionException;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of a store: whether it is one, and its lock.
 *
 * <p>The lock file holds readable text, with the format version in its first line:
 *
 * <pre>
 *  firn store, format 1
 *  open in process 4711, start 8071, boot 9c0ffee, file (dev=1,ino=2), claim 5eed
 * </pre>
 */
final class StoreFolder {

  /** The version of the folder as a whole: raised when an older release must not open it. */
  static final int FORMAT = 1;

  private static final Pattern FIRST_LINE =
      Pattern.compile("firn store, format (\\d{1,9})\\n.*", Pattern.DOTALL);

  private final FileSystem files;
  private final Path directory;

  StoreFolder(FileSystem files, Path directory) {
    this.files = files;
    this.directory = directory;
  }

  /**
   * Checks that the folder is a store, or may become one, and locks it. Nothing is changed before
   * both are certain.
   */
  LockFile lock(boolean createIfMissing) {
    if (!files.exists(directory)) {
      if (!createIfMissing) {
        throw new StorageException(directory, "there is no such folder, and so no store", null);
      }
      files.createDirectories(directory);
    } else if (!files.isDirectory(directory)) {
      throw new StorageException(directory, "is not a folder, and so not a store", null);
    }
    checkContents(createIfMissing);
    LockFile lock = files.lock(directory.resolve(FileName.LOCK));
    try {
      checkFormat(directory.resolve(FileName.LOCK), lock.text());
      describe(lock);
    } catch (FirnException e) {
      lock.close();
      throw e;
    }
    return lock;
  }

  /**
   * Warns when the file system writes no page in place, so that a write into a preallocated journal
   * can run out of space. The store fails then, as after any failed write; a write that was
   * acknowledged is not lost.
   */
  void warnOfCopyOnWrite(Health health) {
    Optional<String> kind = files.copyOnWriteKind(directory);
    if (kind.isPresent()) {
      StorageException warning =
          new StorageException(
              directory,
              "is on "
                  + kind.get()
                  + ", which writes no page in place: when the device is full the store can fail in"
                  + " the middle of a write, and has to be opened again; use ext4 or xfs",
              null);
      health.warn("opening", warning);
    }
  }

  /** Writes the owner of the store into the lock file. */
  private static void describe(LockFile lock) {
    lock.describe("firn store, format " + FORMAT + "\n" + lock.claim());
  }

  /** Bytes of the journal's files, spare ones included. */
  long journalFileBytes() {
    long bytes = 0;
    for (String name : files.list(directory)) {
      if (FileName.journalNumber(name).isPresent()) {
        bytes += sizeOrZero(directory.resolve(name));
      }
    }
    return bytes;
  }

  /** A spare segment may be deleted at this moment. */
  private long sizeOrZero(Path file) {
    try {
      return files.size(file);
    } catch (StorageException e) {
      return 0;
    }
  }

  private void checkContents(boolean createIfMissing) {
    List<String> names = files.list(directory);
    if (names.contains(FileName.CURRENT)) {
      return;
    }
    for (String name : names) {
      if (FileName.tableNumber(name).isPresent()) {
        throw new StorageException(
            directory.resolve(FileName.CURRENT),
            "is missing, though there are tables: the store is damaged, nothing was changed",
            null);
      }
      if (!isLeftByCreation(name)) {
        throw new StorageException(
            directory, "is not a store: it holds other files, nothing was changed", null);
      }
    }
    if (!createIfMissing) {
      throw new StorageException(
          directory, "is not a store: it holds no " + FileName.CURRENT, null);
    }
  }

  /** Whether a process that died while it created a store may have left this file. */
  private static boolean isLeftByCreation(String name) {
    return name.equals(FileName.LOCK)
        || FileName.isTemporary(name)
        || FileName.manifestNumber(name).isPresent()
        || FileName.journalNumber(name).isPresent();
  }

  /** A lock file without a version is accepted: the manifest has a version of its own. */
  private static void checkFormat(Path lock, String text) {
    Matcher line = FIRST_LINE.matcher(text);
    if (line.matches() && Integer.parseInt(line.group(1)) != FORMAT) {
      throw new FormatVersionException(lock, Integer.parseInt(line.group(1)), FORMAT, FORMAT);
    }
  }
}
