package dev.firn.wal;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Just enough of a file system for the journal's tests, over a folder on disk. */
final class DiskFiles implements FileSystem {

  volatile long bootId = 77;
  volatile boolean full;
  volatile boolean failForce;
  final java.util.concurrent.atomic.AtomicInteger allocated =
      new java.util.concurrent.atomic.AtomicInteger();

  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T run(Path path, Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new StorageException(path, "failed", e);
    }
  }

  @Override
  public void createDirectories(Path directory) {
    run(directory, () -> Files.createDirectories(directory));
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public List<String> list(Path directory) {
    return run(
        directory,
        () -> {
          try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
          }
        });
  }

  @Override
  public long size(Path file) {
    return run(file, () -> Files.size(file));
  }

  @Override
  public AppendFile create(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ReadFile openRead(Path file) {
    return run(file, () -> new Reader(file, FileChannel.open(file, StandardOpenOption.READ)));
  }

  @Override
  public void allocate(Path file, long bytes) {
    if (full) {
      throw new DiskFullException(file, bytes, null);
    }
    allocated.incrementAndGet();
    run(
        file,
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.allocate(1), bytes - 1);
          }
          return file;
        });
  }

  @Override
  public MappedFile map(Path file) {
    return run(
        file,
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Arena arena = Arena.ofShared();
            return new Mapped(
                file,
                arena,
                channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena));
          }
        });
  }

  @Override
  public void rename(Path from, Path to) {
    run(from, () -> Files.move(from, to, StandardCopyOption.REPLACE_EXISTING));
  }

  @Override
  public void delete(Path file) {
    run(file, () -> Files.deleteIfExists(file));
  }

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public LockFile lock(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long bootId() {
    return bootId;
  }

  @Override
  public long usableBytes(Path directory) {
    return Long.MAX_VALUE;
  }

  private record Reader(Path path, FileChannel channel) implements ReadFile {

    @Override
    public long size() {
      return run(path, channel::size);
    }

    @Override
    public void read(long position, MemorySegment target, long offset, long length) {
      run(
          path,
          () -> {
            java.nio.ByteBuffer buffer = target.asSlice(offset, length).asByteBuffer();
            while (buffer.hasRemaining()) {
              if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("end of file");
              }
            }
            return buffer;
          });
    }

    @Override
    public MemorySegment map() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      run(
          path,
          () -> {
            channel.close();
            return path;
          });
    }
  }

  private final class Mapped implements MappedFile {

    private final Path path;
    private final Arena arena;
    private final MemorySegment memory;
    private final MemorySegment view;

    Mapped(Path path, Arena arena, MemorySegment memory) {
      this.path = path;
      this.arena = arena;
      this.memory = memory;
      this.view = memory.asReadOnly();
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public long size() {
      return memory.byteSize();
    }

    @Override
    public MemorySegment memory() {
      return view;
    }

    @Override
    public void write(long position, MemorySegment source, long offset, long length) {
      MemorySegment.copy(source, offset, memory, position, length);
    }

    @Override
    public void prefault() {}

    @Override
    public void force(long position, long length) {
      if (failForce) {
        throw new StorageException(path, "cannot be forced", null);
      }
    }

    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
  }
}
