package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The fixture of the contract of {@link FileSystem}. */
@Timeout(60)
abstract class FileSystemFixture {

  final Arena arena = Arena.ofShared();

  abstract FileSystem fs();

  /** An empty folder. */
  abstract Path folder();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  final Path file(String name) {
    return folder().resolve(name);
  }

  final MemorySegment bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    MemorySegment segment = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
    return segment.copyFrom(MemorySegment.ofArray(bytes));
  }

  final MemorySegment random(long length) {
    byte[] bytes = new byte[(int) length];
    new SplittableRandom(length).nextBytes(bytes);
    return arena.allocate(length).copyFrom(MemorySegment.ofArray(bytes));
  }

  final void write(FileSystem fs, Path path, String text) {
    MemorySegment source = bytes(text);
    try (AppendFile file = fs.create(path)) {
      file.append(source, 0, source.byteSize());
      file.sync();
    }
  }

  final void write(String name, String text) {
    write(fs(), file(name), text);
  }

  static String read(FileSystem fs, Path path) {
    try (ReadFile file = fs.openRead(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  final String read(String name) {
    return read(fs(), file(name));
  }

  static String text(MemorySegment segment) {
    return new String(segment.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
  }

  /** Expects a failure with the path in its message. */
  static void assertFails(Path path, Executable action) {
    String message = assertThrows(StorageException.class, action).getMessage();
    assertTrue(message.contains(path.toString()), message);
  }

  /** The task of one of several threads. */
  interface Work {
    void run(int thread) throws Exception;
  }

  static void inParallel(int threads, Work work) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Boolean>> tasks =
          IntStream.range(0, threads)
              .<Callable<Boolean>>mapToObj(
                  thread ->
                      () -> {
                        work.run(thread);
                        return true;
                      })
              .toList();
      for (Future<Boolean> done : executor.invokeAll(tasks)) {
        assertTrue(done.get());
      }
    }
  }
}
