package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.StoreLockedException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file: a POSIX lock excludes other processes, a table excludes this one.
 *
 * <p>The table is consulted before the file is opened, because a process loses its lock on a file
 * when it closes <i>any</i> descriptor of that file. The table identifies a file by its path and by
 * its device and inode, so that a hard link or a replaced file does not count as another file.
 */
final class RealLockFile implements LockFile {

  private static final int MAX_TEXT_BYTES = 120;

  /** Paths and inodes of the files that this process has locked; also the monitor of this class. */
  @GuardedBy("LOCKED")
  private static final Set<Object> LOCKED = new HashSet<>();

  /** Files that are never closed, because that would end the lock of another class loader. */
  @GuardedBy("LOCKED")
  private static final List<UninterruptibleFile> KEPT = new ArrayList<>();

  private final Path path;
  private final UninterruptibleFile file;
  private final Set<Object> identities;

  @GuardedBy("LOCKED")
  private boolean closed;

  private RealLockFile(Path path, UninterruptibleFile file, Set<Object> identities) {
    this.path = path;
    this.file = file;
    this.identities = identities;
  }

  static RealLockFile lock(Path path, FileAttribute<?>... attributes) {
    synchronized (LOCKED) {
      if (isLocked(path)) {
        throw new StoreLockedException(path, "this process");
      }
      try {
        return open(path, attributes);
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be locked", e);
      }
    }
  }

  /** Whether this process has locked the file: closing another descriptor would end the lock. */
  static boolean isLocked(Path path) {
    synchronized (LOCKED) {
      try {
        return !LOCKED.isEmpty() && !Collections.disjoint(LOCKED, identities(path));
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be looked up", e);
      }
    }
  }

  @GuardedBy("LOCKED")
  private static RealLockFile open(Path path, FileAttribute<?>... attributes) throws IOException {
    UninterruptibleFile file =
        UninterruptibleFile.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            attributes);
    try {
      FileLock lock = file.tryLock();
      if (lock == null) {
        throw new StoreLockedException(path, owner(file));
      }
      Set<Object> identities = identities(path);
      LOCKED.addAll(identities);
      return new RealLockFile(path, file, identities);
    } catch (OverlappingFileLockException e) {
      // Another copy of this class, from another class loader, has locked it in this process.
      KEPT.add(file);
      throw new StoreLockedException(path, "this process");
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static Set<Object> identities(Path path) throws IOException {
    Set<Object> identities = new HashSet<>();
    Path absolute = path.toAbsolutePath();
    Path directory = absolute.getParent();
    identities.add(
        directory == null ? absolute : directory.toRealPath().resolve(absolute.getFileName()));
    Object key = fileKey(path);
    if (key != null) {
      identities.add(key);
    }
    return identities;
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The owner's description of itself, in characters that are safe in a log. */
  private static String owner(UninterruptibleFile file) throws IOException {
    String owner = text(file).strip().replaceAll("[^\\x20-\\x7e]+", " ");
    return owner.isEmpty() ? "another process" : "another process (" + owner + ")";
  }

  private static String text(UninterruptibleFile file) throws IOException {
    byte[] text = new byte[(int) Math.min(file.size(), MAX_TEXT_BYTES)];
    try {
      file.read(0, MemorySegment.ofArray(text), 0, text.length);
    } catch (EOFException e) {
      return ""; // its owner is replacing it
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  @Override
  public String text() {
    try {
      return text(file);
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be read", e);
    }
  }

  @Override
  public void describe(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      file.truncate(0);
      file.write(0, MemorySegment.ofArray(bytes), 0, bytes.length);
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be written", bytes.length, e);
    }
  }

  /** Closes the file before it removes the entry: otherwise the close could end the next lock. */
  @Override
  public void close() {
    synchronized (LOCKED) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        file.close();
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be closed", e);
      } finally {
        LOCKED.removeAll(identities);
      }
    }
  }
}
