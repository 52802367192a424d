package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.SharedMemory;
import dev.firn.error.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk, open for reading. It is opened twice: once to read at positions, once to map it
 * in a later call, when the name may belong to another file. The second descriptor is closed after
 * the mapping.
 */
final class RealReadFile implements ReadFile {

  private final Path path;
  private final long size;
  private final UninterruptibleFile file;
  private final @Nullable Object key;
  private final Object lock = new Object();

  private volatile @Nullable MemorySegment mapping;

  /**
   * Created with the mapping: many files have none, and closing a shared arena stops all threads.
   */
  @GuardedBy("lock")
  private @Nullable Arena arena;

  @GuardedBy("lock")
  private FileChannel channel;

  @GuardedBy("lock")
  private boolean closed;

  RealReadFile(Path path, UninterruptibleFile file, FileChannel channel) throws IOException {
    this.path = path;
    this.size = file.size();
    this.file = file;
    this.channel = channel;
    this.key = key(path);
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
      file.read(position, target, offset, length);
    } catch (EOFException e) {
      throw new StorageException(
          path, "cannot be read at position " + position + ", length " + length, e);
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be read at position " + position, e);
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
        MemorySegment mapped = mapChannel().asReadOnly();
        if (mapped.byteSize() != size) {
          throw new StorageException(
              path, "was " + size + " bytes long and is now " + mapped.byteSize(), null);
        }
        channel.close();
        mapping = mapped;
        return mapped;
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be mapped", e);
      }
    }
  }

  /** Opens the file again if an interrupt has closed the channel. */
  @GuardedBy("lock")
  private MemorySegment mapChannel() throws IOException {
    while (true) {
      try {
        return UninterruptibleFile.map(channel, FileChannel.MapMode.READ_ONLY, mappings());
      } catch (ClosedByInterruptException e) {
        channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        if (!Objects.equals(key, key(path))) {
          throw new StorageException(path, "was replaced after it was opened", e);
        }
      }
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
      try (file) {
        channel.close();
      } catch (IOException e) {
        throw IoFailure.of(path, "cannot be closed", e);
      }
    }
  }
}
