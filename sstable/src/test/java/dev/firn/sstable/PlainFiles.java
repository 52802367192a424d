package dev.firn.sstable;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The part of a file system that tables need, over files of the machine. Counts what is open. */
final class PlainFiles implements FileSystem {

  final AtomicInteger open = new AtomicInteger();

  @Override
  public void createDirectories(Path directory) {
    run(() -> Files.createDirectories(directory));
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
    return call(
        () -> {
          try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
          }
        });
  }

  @Override
  public long size(Path file) {
    return call(() -> Files.size(file));
  }

  @Override
  public AppendFile create(Path file) {
    FileChannel channel =
        call(() -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    open.incrementAndGet();
    return new Appending(file, channel);
  }

  @Override
  public ReadFile openRead(Path file) {
    FileChannel channel = call(() -> FileChannel.open(file, StandardOpenOption.READ));
    open.incrementAndGet();
    return new Reading(file, channel);
  }

  @Override
  public void allocate(Path file, long bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedFile map(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rename(Path from, Path to) {
    run(() -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public void delete(Path file) {
    run(() -> Files.deleteIfExists(file));
  }

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public LockFile lock(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long bootId() {
    return 0;
  }

  @Override
  public long usableBytes(Path directory) {
    return Long.MAX_VALUE;
  }

  private final class Appending implements AppendFile {
    private final Path path;
    private final FileChannel channel;
    private long size;
    private boolean closed;

    private Appending(Path path, FileChannel channel) {
      this.path = path;
      this.channel = channel;
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public void append(MemorySegment source, long offset, long length) {
      ByteBuffer bytes = source.asSlice(offset, length).asByteBuffer();
      run(
          () -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
      size += length;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void force() {}

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
        run(channel::close);
      }
    }
  }

  private final class Reading implements ReadFile {
    private final Path path;
    private final FileChannel channel;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment map;
    private boolean closed;

    private Reading(Path path, FileChannel channel) {
      this.path = path;
      this.channel = channel;
      this.map = call(() -> channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public long size() {
      return map.byteSize();
    }

    @Override
    public void read(long position, MemorySegment target, long offset, long length) {
      ByteBuffer bytes = target.asSlice(offset, length).asByteBuffer();
      run(
          () -> {
            while (bytes.hasRemaining()) {
              if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("read past the end of " + path);
              }
            }
          });
    }

    @Override
    public MemorySegment map() {
      return map;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
        arena.close();
        run(channel::close);
      }
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private interface Call<T> {
    T call() throws IOException;
  }

  private static void run(Action action) {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  private static <T> T call(Call<T> call) {
    try {
      return call.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
