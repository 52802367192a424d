package dev.firn.core.file;

import dev.firn.core.FileRanges;
import dev.firn.core.NativeCalls;
import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The files of the operating system.
 *
 * <p>If native access is enabled for Firn, room for a file is allocated by {@code posix_fallocate}
 * and mapped pages are populated by {@code madvise}. Otherwise the file is filled with zeros and
 * each page is stored into, which takes longer and has the same result.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
public final class RealFileSystem implements FileSystem {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final FileAttribute<?>[] FILE_ATTRIBUTES = permissions("rw-------");
  private static final FileAttribute<?>[] FOLDER_ATTRIBUTES = permissions("rwx------");

  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> READ_WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> WRITE_NEW =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);

  private static final Set<String> COPY_ON_WRITE = Set.of("btrfs", "zfs", "bcachefs", "nilfs2");

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /*
   * Zeros are written in pieces of one page. The kernel keeps a larger write in one large folio of
   * the page cache, and a later one-page sync of the mapping writes that whole folio: 1 MiB for a
   * commit of 100 bytes.
   */
  private static final int ZERO_BYTES = 4096;

  private static final MemorySegment ZEROS = Arena.global().allocate(ZERO_BYTES, ZERO_BYTES);

  private final ReadDescriptors descriptors;

  /** The files of the operating system. */
  public RealFileSystem() {
    this(ReadDescriptors.OF_PROCESS);
  }

  /**
   * As {@link #RealFileSystem()}.
   *
   * @param descriptors bounds the count of open files
   */
  RealFileSystem(ReadDescriptors descriptors) {
    this.descriptors = descriptors;
  }

  @Override
  public Path resolve(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    for (Path there = absolute; there != null; there = there.getParent()) {
      try {
        return there.toRealPath().resolve(there.relativize(absolute)).normalize();
      } catch (NoSuchFileException e) {
        // The parent may exist.
      } catch (IOException e) {
        throw IoFailure.of(directory, "cannot be looked up", e);
      }
    }
    return absolute;
  }

  @Override
  public void createDirectories(Path directory) {
    try {
      if (Files.isSymbolicLink(directory)) {
        throw new StorageException(directory, "is a symbolic link, not a folder", null);
      }
      Deque<Path> missing = new ArrayDeque<>();
      Path at = directory.toAbsolutePath();
      while (at != null && !Files.isDirectory(at)) {
        missing.push(at);
        at = at.getParent();
      }
      for (Path folder : missing) {
        createDirectory(folder);
      }
    } catch (IOException e) {
      throw IoFailure.of(directory, "cannot be created", e);
    }
  }

  private static void createDirectory(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, FOLDER_ATTRIBUTES);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    // Also if another process created it, which may not have synced yet.
    Path parent = folder.toRealPath().getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  @Override
  public boolean exists(Path path) {
    try {
      attributes(path);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be looked up", e);
    }
  }

  @Override
  public boolean isDirectory(Path path) {
    try {
      return attributes(path).isDirectory();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be looked up", e);
    }
  }

  @Override
  public List<String> list(Path directory) {
    List<String> names = new ArrayList<>();
    try {
      requireDirectory(directory);
      try (DirectoryStream<Path> entries =
          ReadDescriptors.OF_PROCESS.retrying(() -> Files.newDirectoryStream(directory))) {
        entries.forEach(entry -> names.add(entry.getFileName().toString()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw IoFailure.of(directory, "cannot be listed", e);
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public long size(Path file) {
    try {
      return requireFile(file).size();
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be looked up", e);
    }
  }

  @Override
  public AppendFile create(Path file) {
    return new RealAppendFile(file, createNew(file));
  }

  @Override
  public ReadFile openRead(Path file) {
    try {
      requireUnlocked(file);
      return new RealReadFile(file, READ, descriptors);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be opened", e);
    }
  }

  @Override
  public void allocate(Path file, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes=" + bytes);
    }
    UninterruptibleFile created = createNew(file);
    try (created) {
      if (bytes > 0) {
        fill(file, created, bytes);
      }
      created.sync();
    } catch (IOException | RuntimeException e) {
      RuntimeException failure =
          e instanceof RuntimeException unchecked
              ? unchecked
              : IoFailure.of(file, "cannot be allocated", bytes, e);
      try {
        Files.deleteIfExists(file);
      } catch (IOException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
      throw failure;
    }
  }

  private static void fill(Path file, UninterruptibleFile created, long bytes) throws IOException {
    switch (NativeCalls.allocate(file, bytes)) {
      case DONE -> {}
      case DISK_FULL -> throw new DiskFullException(file, bytes, null);
      case NOT_POSSIBLE -> {
        for (long at = 0; at < bytes; at += ZERO_BYTES) {
          created.write(at, ZEROS, 0, Math.min(ZERO_BYTES, bytes - at));
        }
      }
    }
  }

  @Override
  public MappedFile map(Path file) {
    while (true) {
      try {
        return mapOnce(file);
      } catch (ClosedByInterruptException e) {
        // The channel is closed, not the thread of the caller interrupted: open the file again.
      } catch (IOException e) {
        throw IoFailure.of(file, "cannot be mapped", e);
      }
    }
  }

  private static MappedFile mapOnce(Path file) throws IOException {
    requireUnlocked(file);
    ReadDescriptors others = ReadDescriptors.OF_PROCESS;
    UninterruptibleFile opened = others.retrying(() -> UninterruptibleFile.open(file, READ_WRITE));
    try (FileChannel channel = others.retrying(() -> FileChannel.open(file, READ_WRITE))) {
      return RealMappedFile.map(file, opened, channel);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public boolean canPunch() {
    return FileRanges.areAvailable();
  }

  @Override
  public boolean punch(Path file, long[] ranges) {
    boolean done = true;
    try (FileRanges.Opened opened = FileRanges.open(file)) {
      for (int i = 0; done && i < ranges.length; i += 2) {
        done = opened.punch(ranges[i], ranges[i + 1]);
      }
    }
    return done;
  }

  @Override
  public void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw IoFailure.of(from, "cannot be renamed to " + to, e);
    }
  }

  @Override
  public void delete(Path file) {
    try {
      if (isDirectory(file)) {
        throw new StorageException(file, "cannot be deleted: it is a folder", null);
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be deleted", e);
    }
  }

  @Override
  public void syncDirectory(Path directory) {
    try {
      requireDirectory(directory);
      sync(directory);
    } catch (IOException e) {
      throw IoFailure.of(directory, "cannot be synced", e);
    }
  }

  @Override
  public LockFile lock(Path file) {
    if (exists(file)) {
      try {
        requireFile(file);
      } catch (IOException e) {
        throw IoFailure.of(file, "cannot be locked", e);
      }
    }
    return RealLockFile.lock(file, bootId(), FILE_ATTRIBUTES);
  }

  @Override
  public long bootId() {
    try {
      UUID id = UUID.fromString(Files.readString(BOOT_ID).strip());
      long number = id.getMostSignificantBits() ^ id.getLeastSignificantBits();
      return number == 0 ? 1 : number;
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
  }

  @Override
  public Optional<String> copyOnWriteKind(Path directory) {
    try {
      String kind = Files.getFileStore(directory).type();
      return COPY_ON_WRITE.contains(kind) ? Optional.of(kind) : Optional.empty();
    } catch (IOException e) {
      // In some containers the mounts are hidden; a store can be opened there.
      return Optional.empty();
    }
  }

  @Override
  public long usableBytes(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw IoFailure.of(directory, "cannot be looked up", e);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (UninterruptibleFile opened =
        ReadDescriptors.OF_PROCESS.retrying(() -> UninterruptibleFile.open(directory, READ))) {
      opened.sync();
    }
  }

  private static UninterruptibleFile createNew(Path file) {
    try {
      return ReadDescriptors.OF_PROCESS.retrying(
          () -> UninterruptibleFile.open(file, WRITE_NEW, FILE_ATTRIBUTES));
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be created", e);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Refuses what is not a regular file. Opening would refuse a link with a less clear message, and
   * would block at a pipe.
   */
  private static BasicFileAttributes requireFile(Path path) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    if (!attributes.isRegularFile()) {
      throw new StorageException(path, "is " + kind(attributes) + ", not a file", null);
    }
    return attributes;
  }

  private static void requireDirectory(Path path) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    if (!attributes.isDirectory()) {
      throw new StorageException(path, "is " + kind(attributes) + ", not a folder", null);
    }
  }

  private static String kind(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return "a symbolic link";
    }
    if (attributes.isDirectory()) {
      return "a folder";
    }
    return attributes.isRegularFile() ? "a file" : "a device, pipe or socket";
  }

  private static void requireUnlocked(Path path) throws IOException {
    requireFile(path);
    if (RealLockFile.isLocked(path)) {
      throw new StorageException(
          path, "is locked by this process: opening it again would end the lock", null);
    }
  }

  private static FileAttribute<?>[] permissions(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
