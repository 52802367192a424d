package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.NativeCalls;
import dev.firn.error.StorageException;
import dev.firn.error.StoreLockedException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file. A table excludes this process. Three things exclude others: a POSIX lock; where
 * native access is allowed, a lock that belongs to the open file; and an {@link OwnerClaim} in the
 * file, which a later opener checks. A process loses its POSIX lock when it closes any descriptor
 * of the file, as it does when it copies the folder; the other two stay.
 *
 * <p>The table is consulted before the file is opened, because a process loses its lock on a file
 * when it closes <i>any</i> descriptor of that file. The table identifies a file by its path and by
 * its device and inode, so that a hard link or a replaced file does not count as another file.
 */
final class RealLockFile implements LockFile {

  private static final int MAX_TEXT_BYTES = 400;

  /** Paths and inodes of the files that this process has locked; also the monitor of this class. */
  @GuardedBy("LOCKED")
  private static final Set<Object> LOCKED = new HashSet<>();

  /** Files that are never closed, because that would end the lock of another class loader. */
  @GuardedBy("LOCKED")
  private static final List<UninterruptibleFile> KEPT = new ArrayList<>();

  private final Path path;
  private final UninterruptibleFile file;
  private final Set<Object> identities;
  private final OwnerClaim claim;

  /** The descriptor with the lock that belongs to the open file; negative if there is none. */
  private final int descriptor;

  /** Identifies the folder when the lock was taken. */
  private final @Nullable Object folderKey;

  @GuardedBy("LOCKED")
  private boolean closed;

  private RealLockFile(
      Path path, UninterruptibleFile file, Set<Object> identities, OwnerClaim claim, int descriptor)
      throws IOException {
    this.path = path;
    this.file = file;
    this.identities = identities;
    this.claim = claim;
    this.descriptor = descriptor;
    this.folderKey = folderKey(path);
  }

  static RealLockFile lock(Path path, long bootId, FileAttribute<?>... attributes) {
    synchronized (LOCKED) {
      if (isLocked(path)) {
        throw new StoreLockedException(path, "this process");
      }
      try {
        return open(path, bootId, attributes);
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
  private static RealLockFile open(Path path, long bootId, FileAttribute<?>... attributes)
      throws IOException {
    UninterruptibleFile file =
        UninterruptibleFile.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            attributes);
    int descriptor = NativeCalls.NO_DESCRIPTOR;
    boolean done = false;
    try {
      FileLock lock = file.tryLock();
      if (lock == null) {
        throw new StoreLockedException(path, owner(file));
      }
      String key = String.valueOf(fileKey(path)).replaceAll("\\s", "");
      OwnerClaim earlier = OwnerClaim.in(text(file));
      if (earlier != null && earlier.isLiveElsewhere(key, bootId)) {
        throw new StoreLockedException(path, owner(file));
      }
      descriptor = NativeCalls.lock(path);
      if (descriptor == NativeCalls.LOCKED) {
        throw new StoreLockedException(path, owner(file));
      }
      Set<Object> identities = identities(path);
      RealLockFile taken =
          new RealLockFile(path, file, identities, OwnerClaim.mine(key, bootId), descriptor);
      LOCKED.addAll(identities);
      done = true;
      return taken;
    } catch (OverlappingFileLockException e) {
      // Another copy of this class, from another class loader, has locked it in this process.
      KEPT.add(file);
      throw new StoreLockedException(path, "this process");
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    } finally {
      if (!done) {
        NativeCalls.close(descriptor);
      }
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

  private static @Nullable Object folderKey(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    return folder == null ? null : fileKey(folder);
  }

  /** The owner's description of itself, in characters that are safe in a log. */
  private static String owner(UninterruptibleFile file) throws IOException {
    // The process is enough of a claim.
    String owner =
        text(file).replaceAll(", start .*", "").strip().replaceAll("[^\\x20-\\x7e]+", " ");
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
  public String claim() {
    return claim.line();
  }

  @Override
  public void check() {
    try {
      Object folder = folderKey(path);
      Object key = fileKey(path);
      if (!Objects.equals(folder, folderKey) || key == null || !identities.contains(key)) {
        throw new StorageException(
            path, "is not the file that was locked: it was moved, deleted or replaced", null);
      }
      OwnerClaim found = OwnerClaim.in(text(file));
      if (found != null && !found.equals(claim)) {
        throw new StorageException(path, "has another owner, process " + found.pid(), null);
      }
    } catch (ClosedChannelException e) {
      throw new StorageException(path, "is not locked: the store was closed", e);
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be looked up", e);
    }
  }

  @Override
  public void describe(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      // In this order the file never lacks a claim.
      file.write(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      file.truncate(bytes.length);
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be written", bytes.length, e);
    }
  }

  /** Removes the claim, so that this process, which lives on, does not keep others out. */
  private void withdrawClaim() {
    try {
      String text = text(file);
      int at = text.indexOf(claim.line());
      if (at >= 0) {
        file.truncate(text.substring(0, at).getBytes(StandardCharsets.UTF_8).length);
      }
    } catch (IOException e) {
      // Others are kept out until this process ends.
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
      withdrawClaim();
      NativeCalls.close(descriptor);
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
