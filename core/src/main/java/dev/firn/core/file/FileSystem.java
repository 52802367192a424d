package dev.firn.core.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything the store does with files. There are two: {@link RealFileSystem}, and
 * {@link MemoryFileSystem}, which keeps apart what was synced and what was not. Nothing else in the
 * product opens or maps a file.
 *
 * <p><b>Durability.</b> Written bytes survive a power cut after a {@code sync} of their file
 * returned; a created, renamed or deleted name does after {@link #syncDirectory} of its folder
 * returned. The death of the process loses neither.
 *
 * <p><b>Errors.</b> All methods throw {@link dev.firn.error.StorageException}, or {@link
 * dev.firn.error.DiskFullException} where there is no room, with the path in the message. No method
 * follows a symbolic link at the last element of a path. New files are readable and writable by
 * their owner alone (0600), new folders likewise (0700).
 *
 * <p><b>Threading.</b> Any thread may call. An interrupt of the calling thread neither closes a
 * file nor fails an operation.
 */
public interface FileSystem {

  /**
   * The absolute path of a folder that a user named, links in it followed as far as it is there.
   * The user may reach the folder by a link; nothing inside it is reached by one.
   */
  default Path resolve(Path directory) {
    return directory.toAbsolutePath().normalize();
  }

  /**
   * Creates a folder, and the folders above it; no error when it is there. The names of those that
   * were created are durable.
   */
  void createDirectories(Path directory);

  /** Whether there is a file or folder of this name. */
  boolean exists(Path path);

  /** Whether there is a folder of this name. */
  boolean isDirectory(Path path);

  /** The names, without their folder, of the entries of a folder, sorted. */
  List<String> list(Path directory);

  /** A file's length in bytes. */
  long size(Path file);

  /** Creates a file to be written from its start to its end; an error when the name is taken. */
  AppendFile create(Path file);

  /** Opens a file for reading at any position. */
  ReadFile openRead(Path file);

  /**
   * Creates a file of {@code bytes} zero bytes whose blocks are allocated on the device, so that no
   * later store into it can fail for want of room; nothing is left behind when that fails. An error
   * when the name is taken. The file is synced; its name is not.
   */
  void allocate(Path file, long bytes);

  /** Maps an allocated file, whole, to be read and written. */
  MappedFile map(Path file);

  /** Renames a file; replaces the target if it is there. */
  void rename(Path from, Path to);

  /** Deletes a file; no error when it is not there. */
  void delete(Path file);

  /** Makes the names in a folder durable, as they are now. */
  void syncDirectory(Path directory);

  /**
   * Takes the exclusive claim on a file, creating it if need be; two claims exclude each other
   * between processes and within one. The claim ends when the result is closed, or with the
   * process.
   *
   * @throws dev.firn.error.StoreLockedException when somebody has it
   */
  LockFile lock(Path file);

  /**
   * A number that stays the same for as long as the machine has not been restarted, or 0 when that
   * is not known. While it stays, whatever a process stored into a mapped file is still there,
   * synced or not.
   */
  long bootId();

  /**
   * The kind of file system that holds this folder, if it is one that writes no page in place:
   * there a store into a page takes new room, whatever was allocated for it, and can fail on a full
   * device. Empty for any other kind.
   */
  default Optional<String> copyOnWriteKind(Path directory) {
    return Optional.empty();
  }

  /** How many bytes the device that holds this folder has left. */
  long usableBytes(Path directory);
}
