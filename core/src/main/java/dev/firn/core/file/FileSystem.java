package dev.firn.core.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All operations of the store on files. There are two implementations: {@link RealFileSystem}, and
 * {@link MemoryFileSystem}, which distinguishes what was synced from what was not. Nothing else in
 * the product opens or maps a file.
 *
 * <p><b>Durability.</b> Written bytes survive a power cut after a {@code sync} of their file; a
 * created, renamed or deleted name survives after {@link #syncDirectory} of its folder. The death
 * of the process loses neither.
 *
 * <p><b>Errors.</b> All methods throw {@link dev.firn.error.StorageException}, or {@link
 * dev.firn.error.DiskFullException} if there is no room, with the path in the message. No method
 * follows a symbolic link in the last element of a path. Only the owner may read and write new
 * files (0600) and new folders (0700).
 *
 * <p><b>Threading.</b> Any thread may call. An interrupt of the calling thread neither closes a
 * file nor fails an operation.
 */
public interface FileSystem {

  /**
   * The absolute path of a folder given by a user, with links resolved in the part that exists. The
   * folder may be reached by a link; nothing inside it is.
   */
  default Path resolve(Path directory) {
    return directory.toAbsolutePath().normalize();
  }

  /**
   * Creates a folder and its missing parents, with durable names; no error if it exists.
   */
  void createDirectories(Path directory);

  /** Whether a file or folder with this path exists. */
  boolean exists(Path path);

  /** Whether a folder with this path exists. */
  boolean isDirectory(Path path);

  /** The names, without their folder, of the entries of a folder, sorted. */
  List<String> list(Path directory);

  /** A file's length in bytes. */
  long size(Path file);

  /** Creates a file to be written from its start to its end; an error if the path exists. */
  AppendFile create(Path file);

  /** Opens a file for reading at any position. */
  ReadFile openRead(Path file);

  /**
   * Creates a file of {@code bytes} zero bytes with blocks allocated on the device, so that a full
   * device cannot fail a later store into it. The file is synced; its name is not. An error if the
   * path exists. After a failure the file does not exist.
   */
  void allocate(Path file, long bytes);

  /** Maps a whole allocated file for reading and writing. */
  MappedFile map(Path file);

  /** Whether {@link #punch} may be able to free room. */
  boolean canPunch();

  /**
   * Frees the room of parts of a file, which become zeros; its length stays. The parts may be zeros
   * or not after a power cut.
   *
   * @param ranges pairs of a position and a length, multiples of 4096; a part that ends at the
   *     file's end may be shorter
   * @return false if the file system cannot do that, or failed to: each part is as before, or zeros
   */
  boolean punch(Path file, long[] ranges);

  /** Renames a file; replaces the target if it exists. */
  void rename(Path from, Path to);

  /** Deletes a file; no error if it does not exist. */
  void delete(Path file);

  /** Makes the present names in a folder durable. */
  void syncDirectory(Path directory);

  /**
   * Checks that a folder is the one that the store has locked, before bytes are written into an
   * open file of it. Only the file system of an open store knows the lock.
   *
   * @throws dev.firn.error.FirnException when the folder, or the lock in it, is another one
   */
  default void checkOwned(Path directory) {}

  /**
   * Locks a file exclusively, also against other processes, and creates it if it does not exist.
   * The lock ends when the result is closed, or with the process.
   *
   * @throws dev.firn.error.StoreLockedException if the file is locked
   */
  LockFile lock(Path file);

  /**
   * A number that identifies the machine's boot, or 0 if it is not known. Within a boot everything
   * that a process stored into a mapped file stays, synced or not.
   */
  long bootId();

  /**
   * The kind of the file system that holds this folder, if it is copy-on-write: there a store into
   * an allocated page takes new room, and can fail on a full device. Empty for another kind.
   */
  default Optional<String> copyOnWriteKind(Path directory) {
    return Optional.empty();
  }

  /** The free bytes of the device that holds this folder. */
  long usableBytes(Path directory);
}
