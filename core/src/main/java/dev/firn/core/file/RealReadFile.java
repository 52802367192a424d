package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.NativeCalls;
import dev.firn.core.NativeCalls.Advice;
import dev.firn.core.SharedMemory;
import dev.firn.core.file.ReadDescriptors.Descriptor;
import dev.firn.error.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk, open for reading. Its descriptor may be closed meanwhile, see {@link
 * ReadDescriptors}; then it is opened again by its name, and must be the same file. So must the
 * file that is mapped, in a later call. A mapping needs no descriptor.
 */
final class RealReadFile implements ReadFile {

  private final Path path;
  private final Set<? extends OpenOption> options;
  private final ReadDescriptors descriptors;
  private final long size;
  private final @Nullable Object key;
  private final Object lock = new Object();

  /** The last descriptor, which may be closed. Set under the lock. */
  private volatile Descriptor descriptor;

  private volatile @Nullable MemorySegment mapping;

  /**
   * Created with the mapping: many files have none, and closing a shared arena stops all threads.
   */
  @GuardedBy("lock")
  private @Nullable Arena arena;

  @GuardedBy("lock")
  private boolean closed;

  RealReadFile(Path path, Set<? extends OpenOption> options, ReadDescriptors descriptors)
      throws IOException {
    this.path = path;
    this.options = options;
    this.descriptors = descriptors;
    this.descriptor = descriptors.open(path, options);
    boolean done = false;
    try {
      this.size = descriptor.file().size();
      this.key = key(path);
      done = true;
    } finally {
      descriptor.release();
      if (!done) {
        descriptors.close(descriptor);
      }
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length) {
    if (position < 0 || length < 0) {
      throw new IllegalArgumentException("position=" + position + ", length=" + length);
    }
    try {
      Descriptor open = descriptor();
      try {
        open.file().read(position, target, offset, length);
      } finally {
        open.release();
      }
    } catch (EOFException e) {
      throw new StorageException(
          path, "cannot be read at position " + position + ", length " + length, e);
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be read at position " + position, e);
    }
  }

  /** The descriptor, with a reference for the caller; opened again if it was closed. */
  private Descriptor descriptor() throws IOException {
    Descriptor seen = descriptor;
    return seen.tryUse() ? seen : openAgain();
  }

  private Descriptor openAgain() throws IOException {
    synchronized (lock) {
      if (closed) {
        throw IoFailure.closed(path, null);
      }
      if (descriptor.tryUse()) {
        return descriptor;
      }
      Descriptor opened = descriptors.open(path, options);
      boolean done = false;
      try {
        checkSame(key(path), opened.file().size());
        descriptor = opened;
        done = true;
        return opened;
      } finally {
        if (!done) {
          opened.release();
          descriptors.close(opened);
        }
      }
    }
  }

  private void checkSame(@Nullable Object foundKey, long foundSize) {
    if (!Objects.equals(key, foundKey)) {
      throw new StorageException(path, "was replaced after it was opened", null);
    }
    if (foundSize != size) {
      throw new StorageException(path, "was " + size + " bytes long and is now " + foundSize, null);
    }
  }

  @Override
  public MemorySegment map() {
    MemorySegment seen = mapping;
    return seen != null ? seen : mapOnce();
  }

  private MemorySegment mapOnce() {
    synchronized (lock) {
      if (mapping != null) {
        return mapping;
      }
      if (closed) {
        throw IoFailure.closed(path, null);
      }
      try {
        MemorySegment mapped = mapFile().asReadOnly();
        mapping = mapped;
        return mapped;
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be mapped", e);
      }
    }
  }

  @GuardedBy("lock")
  private MemorySegment mapFile() throws IOException {
    while (true) {
      try (FileChannel channel = descriptors.retrying(() -> FileChannel.open(path, options))) {
        MemorySegment mapped =
            UninterruptibleFile.map(channel, FileChannel.MapMode.READ_ONLY, mappings());
        checkSame(key(path), mapped.byteSize());
        return mapped;
      } catch (ClosedByInterruptException e) {
        // An interrupt has closed the channel: open the file again.
      }
    }
  }

  @Override
  public void prefetch(long position, long length) {
    long from = Math.max(0, position & -FaultBarrier.PAGE_BYTES);
    long to = Math.min(size, position + length);
    if (to > from && NativeCalls.isAvailable()) {
      NativeCalls.advise(map().asSlice(from, to - from), Advice.WILL_NEED);
    }
  }

  @Override
  public void readAtRandom(boolean atRandom) {
    if (size > 0 && NativeCalls.isAvailable()) {
      NativeCalls.advise(map(), atRandom ? Advice.RANDOM : Advice.NORMAL);
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  @GuardedBy("lock")
  private Arena mappings() {
    Arena made = arena == null ? Arena.ofShared() : arena;
    arena = made;
    return made;
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (arena != null) {
        SharedMemory.close(arena, path);
      }
      closed = true;
      descriptors.close(descriptor);
    }
  }
}
