package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.StorageException;
import dev.firn.error.StoreLockedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that records, for each page of each file and each name in each folder,
 * what was synced and what was not. From that it makes, at any moment, another file system with
 * what remains after a power cut or the death of the process. Its capacity can be limited, and its
 * operations can be made to fail.
 *
 * <p>Like a real one it loses the name of a new file unless the folder is synced, keeps a deleted
 * file while it is open, and after a failed sync takes the lost pages for clean.
 *
 * <p><b>Threading.</b> Any thread may call; a clone is of one moment.
 *
 * <p><b>Ownership.</b> Clones share nothing that changes.
 */
public final class MemoryFileSystem implements FileSystem {

  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

  private final MemoryDevice device = new MemoryDevice();
  private final long bootId;

  @GuardedBy("device.mutex")
  private final MemoryDirectory root;

  /** An empty file system: the root folder, without a limit of its capacity. */
  public MemoryFileSystem() {
    this(new MemoryDirectory(), 1, Long.MAX_VALUE);
  }

  private MemoryFileSystem(MemoryDirectory root, long bootId, long capacityBytes) {
    this.root = root;
    this.bootId = bootId;
    device.setCapacityBytes(capacityBytes);
    for (MemoryFile file : root.files()) {
      file.setNamed(true);
      device.addUsed(file);
    }
  }

  /** Sets the maximum total size of all files. */
  public void setCapacityBytes(long bytes) {
    device.setCapacityBytes(bytes);
  }

  /** Has {@code faults} called before each operation. */
  public void failBefore(FaultInjection faults) {
    device.setFaults(faults);
  }

  /** The open files, each with the stack trace of its opening. */
  public List<OpenFile> openFiles() {
    return device.openFiles();
  }

  /** A file system that could remain after a power cut at this moment; it differs by seed. */
  public MemoryFileSystem crashClone(long seed) {
    return crashClone(PowerCut.random(seed));
  }

  /** What remains after a power cut at this moment if nothing unsynced is on the device. */
  public MemoryFileSystem crashCloneSyncedOnly() {
    return crashClone(PowerCut.syncedOnly());
  }

  /** What remains after a power cut at this moment, as {@code cut} decides. */
  public MemoryFileSystem crashClone(PowerCut cut) {
    synchronized (device.mutex) {
      Path top = Path.of("").toAbsolutePath().getRoot();
      return new MemoryFileSystem(root.cut(cut, top), bootId + 1, device.capacityBytes());
    }
  }

  /**
   * What remains after the death of the process at this moment: everything; what was not synced
   * still is not. Nothing is open or locked.
   */
  public MemoryFileSystem processKillClone() {
    synchronized (device.mutex) {
      return new MemoryFileSystem(root.copy(), bootId, device.capacityBytes());
    }
  }

  /** The bytes of a file that are not holes: pages of zeros do not count. */
  public long filledBytes(Path file) {
    synchronized (device.mutex) {
      return requireFile(file).filledBytes();
    }
  }

  /**
   * A hash of the names and the contents of a folder's files.
   *
   * @param counts selects the names that count
   */
  public long fingerprint(Path directory, Predicate<String> counts) {
    synchronized (device.mutex) {
      MemoryDirectory folder = requireDirectory(directory);
      long hash = 0;
      for (Map.Entry<String, MemoryNode> entry : folder.entries()) {
        if (counts.test(entry.getKey()) && entry.getValue() instanceof MemoryFile file) {
          hash = Long.rotateLeft(hash ^ file.hash(), 23) * HASH_FACTOR + entry.getKey().hashCode();
        }
      }
      return hash;
    }
  }

  @Override
  public void createDirectories(Path directory) {
    device.before(FileOperation.CREATE_DIRECTORIES, directory);
    synchronized (device.mutex) {
      MemoryDirectory at = root;
      for (Path name : absolute(directory)) {
        MemoryNode below = at.get(name.toString());
        if (below == null) {
          below = new MemoryDirectory();
          at.putSynced(name.toString(), (MemoryDirectory) below);
        }
        if (!(below instanceof MemoryDirectory)) {
          throw new StorageException(
              directory, "cannot be created: " + name + " is a file, not a folder", null);
        }
        at = (MemoryDirectory) below;
      }
    }
  }

  @Override
  public boolean exists(Path path) {
    device.before(FileOperation.EXISTS, path);
    synchronized (device.mutex) {
      return find(path) != null;
    }
  }

  @Override
  public boolean isDirectory(Path path) {
    device.before(FileOperation.EXISTS, path);
    synchronized (device.mutex) {
      return find(path) instanceof MemoryDirectory;
    }
  }

  @Override
  public List<String> list(Path directory) {
    device.before(FileOperation.LIST, directory);
    synchronized (device.mutex) {
      return requireDirectory(directory).names();
    }
  }

  @Override
  public long size(Path file) {
    device.before(FileOperation.SIZE, file);
    synchronized (device.mutex) {
      return requireFile(file).size();
    }
  }

  @Override
  public AppendFile create(Path file) {
    device.before(FileOperation.CREATE, file);
    synchronized (device.mutex) {
      return new MemoryAppendFile(device, file, createNew(file, 0));
    }
  }

  @Override
  public ReadFile openRead(Path file) {
    device.before(FileOperation.OPEN_READ, file);
    synchronized (device.mutex) {
      return new MemoryReadFile(device, file, requireUnlocked(file));
    }
  }

  @Override
  public void allocate(Path file, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes=" + bytes);
    }
    device.before(FileOperation.ALLOCATE, file);
    synchronized (device.mutex) {
      createNew(file, bytes);
    }
  }

  @Override
  public MappedFile map(Path file) {
    device.before(FileOperation.MAP, file);
    synchronized (device.mutex) {
      return new MemoryMappedFile(device, file, requireUnlocked(file));
    }
  }

  @Override
  public boolean canPunch() {
    return true;
  }

  /** The holes are on the device at once. */
  @Override
  public boolean punch(Path file, long[] ranges) {
    device.before(FileOperation.PUNCH, file);
    synchronized (device.mutex) {
      MemoryFile punched = requireFile(file);
      for (int i = 0; i < ranges.length; i += 2) {
        punched.punch(ranges[i], ranges[i + 1]);
      }
    }
    return true;
  }

  @Override
  public void rename(Path from, Path to) {
    device.before(FileOperation.RENAME, from);
    synchronized (device.mutex) {
      MemoryFile file = requireFile(from);
      MemoryDirectory source = parent(from);
      MemoryDirectory target = parent(to);
      MemoryNode replaced = target.get(name(to));
      if (replaced instanceof MemoryDirectory) {
        throw new StorageException(to, "cannot be replaced: it is a folder", null);
      }
      if (replaced == file) {
        return;
      }
      if (source == target) {
        source.rename(name(from), name(to), file);
      } else {
        target.put(name(to), file);
        source.remove(name(from));
      }
      forget(replaced);
    }
  }

  @Override
  public void delete(Path file) {
    device.before(FileOperation.DELETE, file);
    synchronized (device.mutex) {
      if (find(file) == null) {
        return;
      }
      MemoryFile deleted = requireFile(file);
      parent(file).remove(name(file));
      forget(deleted);
    }
  }

  @Override
  public void syncDirectory(Path directory) {
    device.before(FileOperation.SYNC_DIRECTORY, directory);
    Runnable end;
    synchronized (device.mutex) {
      end = requireDirectory(directory).beginSync();
    }
    device.during(FileOperation.SYNC_DIRECTORY, directory);
    synchronized (device.mutex) {
      end.run();
    }
  }

  @Override
  public LockFile lock(Path file) {
    device.before(FileOperation.LOCK, file);
    synchronized (device.mutex) {
      MemoryFile locked = find(file) == null ? createNew(file, 0) : requireFile(file);
      if (locked.isLocked()) {
        throw new StoreLockedException(file, "this process");
      }
      return new MemoryLockFile(device, file, locked, () -> isNamed(file, locked));
    }
  }

  private boolean isNamed(Path path, MemoryFile file) {
    synchronized (device.mutex) {
      return find(path) == file;
    }
  }

  @Override
  public long bootId() {
    return bootId;
  }

  @Override
  public long usableBytes(Path directory) {
    synchronized (device.mutex) {
      requireDirectory(directory);
      return device.usableBytes();
    }
  }

  @GuardedBy("device.mutex")
  private MemoryFile createNew(Path path, long bytes) {
    MemoryDirectory parent = parent(path);
    if (parent.get(name(path)) != null) {
      throw new StorageException(path, "cannot be created: it exists", null);
    }
    device.reserve(path, bytes);
    MemoryFile file = new MemoryFile();
    file.allocate(bytes);
    file.setNamed(true);
    parent.put(name(path), file);
    return file;
  }

  /** Frees a file without a name, now or when it is closed. */
  @GuardedBy("device.mutex")
  private void forget(@Nullable MemoryNode node) {
    if (node instanceof MemoryFile file) {
      file.setNamed(false);
      device.freeIfGone(file);
    }
  }

  @GuardedBy("device.mutex")
  private @Nullable MemoryNode find(Path path) {
    MemoryNode node = root;
    for (Path name : absolute(path)) {
      if (!(node instanceof MemoryDirectory directory)) {
        return null;
      }
      node = directory.get(name.toString());
    }
    return node;
  }

  @GuardedBy("device.mutex")
  private MemoryDirectory parent(Path path) {
    Path parent = absolute(path).getParent();
    if (parent != null && find(parent) instanceof MemoryDirectory directory) {
      return directory;
    }
    throw new StorageException(path, "has no folder to be in", null);
  }

  @GuardedBy("device.mutex")
  private MemoryDirectory requireDirectory(Path path) {
    MemoryNode node = find(path);
    if (node instanceof MemoryDirectory directory) {
      return directory;
    }
    throw new StorageException(
        path, node == null ? "does not exist" : "is a file, not a folder", null);
  }

  @GuardedBy("device.mutex")
  private MemoryFile requireFile(Path path) {
    MemoryNode node = find(path);
    if (node instanceof MemoryFile file) {
      return file;
    }
    throw new StorageException(
        path, node == null ? "does not exist" : "is a folder, not a file", null);
  }

  @GuardedBy("device.mutex")
  private MemoryFile requireUnlocked(Path path) {
    MemoryFile file = requireFile(path);
    if (file.isLocked()) {
      throw new StorageException(
          path, "is locked by this process: opening it again would end the lock", null);
    }
    return file;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static String name(Path path) {
    return String.valueOf(absolute(path).getFileName());
  }
}
