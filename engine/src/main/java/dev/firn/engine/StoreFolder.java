package dev.firn.engine;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import dev.firn.error.StorageException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of a store, before anything in it is opened: whether it is one, and the claim on it.
 *
 * <p>The lock file holds text for people, with the format version in its first line:
 *
 * <pre>
 *  firn store, format 1
 *  open in process 4711
 * </pre>
 */
final class StoreFolder {

  /** The version of the folder as a whole: raised when an older release must not open it. */
  static final int FORMAT = 1;

  private static final Pattern FIRST_LINE = Pattern.compile("firn store, format (\\d{1,9})\\n.*", Pattern.DOTALL);
  private static final int MAX_LOCK_BYTES = 4096;

  private StoreFolder() {}

  /**
   * Checks that the folder is a store, or may become one, and claims it. Nothing is changed before both
   * are certain.
   */
  static LockFile claim(FileSystem files, Path directory, boolean createIfMissing) {
    if (!files.exists(directory)) {
      if (!createIfMissing) {
        throw new StorageException(directory, "there is no such folder, and so no store", null);
      }
      files.createDirectories(directory);
    } else if (!files.isDirectory(directory)) {
      throw new StorageException(directory, "is not a folder, and so not a store", null);
    }
    checkContents(files, directory, createIfMissing);
    checkFormat(files, directory.resolve(FileName.LOCK));
    return files.lock(directory.resolve(FileName.LOCK));
  }

  /** Says in the lock file whose the store is; called once it is open. */
  static void describe(LockFile lock) {
    lock.describe(
        "firn store, format " + FORMAT + "\nopen in process " + ProcessHandle.current().pid() + "\n");
  }

  private static void checkContents(FileSystem files, Path directory, boolean createIfMissing) {
    List<String> names = files.list(directory);
    if (names.contains(FileName.CURRENT)) {
      return;
    }
    for (String name : names) {
      if (FileName.tableNumber(name).isPresent()) {
        throw new StorageException(
            directory.resolve(FileName.CURRENT),
            "is missing, though there are tables: the store is damaged, nothing was touched",
            null);
      }
      if (!isLeftByCreation(name)) {
        throw new StorageException(
            directory, "is not a store: it holds other files, nothing was touched", null);
      }
    }
    if (!createIfMissing) {
      throw new StorageException(directory, "is not a store: it holds no " + FileName.CURRENT, null);
    }
  }

  /** What a process that died while it made a store may have left. */
  private static boolean isLeftByCreation(String name) {
    return name.equals(FileName.LOCK)
        || FileName.isTemporary(name)
        || FileName.manifestNumber(name).isPresent()
        || FileName.journalNumber(name).isPresent();
  }

  private static void checkFormat(FileSystem files, Path lock) {
    if (!files.exists(lock) || files.size(lock) == 0) {
      return;
    }
    String text = readText(files, lock);
    Matcher line = FIRST_LINE.matcher(text);
    if (!line.matches()) {
      throw new CorruptionException(lock, 0, "the lock file of a store", "something else");
    }
    int format = Integer.parseInt(line.group(1));
    if (format != FORMAT) {
      throw new FormatVersionException(lock, format, FORMAT, FORMAT);
    }
  }

  private static String readText(FileSystem files, Path lock) {
    try (ReadFile file = files.openRead(lock)) {
      byte[] bytes = new byte[(int) Math.min(file.size(), MAX_LOCK_BYTES)];
      MemorySegment text = java.lang.foreign.Arena.ofAuto().allocate(Math.max(1, bytes.length));
      file.read(0, text, 0, bytes.length);
      MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
