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
 * The claim on a file, by a POSIX lock against other processes and by a table against this one.
 *
 * <p>The table is asked before the file is opened, because a process loses its lock on a file as
 * soon as it closes <i>any</i> descriptor of that file. It knows a file by its path and by its
 * device and inode, so that neither a hard link nor a replaced file makes a second one of it.
 */
final class RealLockFile implements LockFile {

  private static final int MAX_TEXT_BYTES = 120;

  /** Paths and inodes of the files that this process has claimed; also the lock for all of this. */
  @GuardedBy("CLAIMED")
  private static final Set<Object> CLAIMED = new HashSet<>();

  /** Files that are never closed, because that would end a claim which is not ours. */
  @GuardedBy("CLAIMED")
  private static final List<UninterruptibleFile> KEPT = new ArrayList<>();

  private final Path path;
  private final UninterruptibleFile file;
  private final Set<Object> identities;

  @GuardedBy("CLAIMED")
  private boolean closed;

  private RealLockFile(Path path, UninterruptibleFile file, Set<Object> identities) {
    this.path = path;
    this.file = file;
    this.identities = identities;
  }

  static RealLockFile claim(Path path, FileAttribute<?>... attributes) {
    synchronized (CLAIMED) {
      if (isClaimed(path)) {
        throw new StoreLockedException(path, "this process");
      }
      try {
        return open(path, attributes);
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be locked", e);
      }
    }
  }

  /** Whether this process has claimed the file: opening it elsewhere would end the claim. */
  static boolean isClaimed(Path path) {
    synchronized (CLAIMED) {
      try {
        return !CLAIMED.isEmpty() && !Collections.disjoint(CLAIMED, identities(path));
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be looked up", e);
      }
    }
  }

  @GuardedBy("CLAIMED")
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
      CLAIMED.addAll(identities);
      return new RealLockFile(path, file, identities);
    } catch (OverlappingFileLockException e) {
      // Another copy of this class, from another class loader, has it in this process.
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

  /** What the owner wrote about itself, in characters that do no harm to a log. */
  private static String owner(UninterruptibleFile file) throws IOException {
    String owner = text(file).strip().replaceAll("[^\\x20-\\x7e]+", " ");
    return owner.isEmpty() ? "another process" : "another process (" + owner + ")";
  }

  private static String text(UninterruptibleFile file) throws IOException {
    byte[] text = new byte[(int) Math.min(file.size(), MAX_TEXT_BYTES)];
    try {
      file.read(0, MemorySegment.ofArray(text), 0, text.length);
    } catch (EOFException e) {
      return ""; // its owner is replacing it at this moment
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

  /**
   * The lock goes before the entry: the other way round, our close could end the next one's
   * lock.
   */
  @Override
  public void close() {
    synchronized (CLAIMED) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        file.close();
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be closed", e);
      } finally {
        CLAIMED.removeAll(identities);
      }
    }
  }
}
