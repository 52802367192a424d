package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.error.StorageException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loses pages of a mapping by truncating its file, after the code was compiled. */
@EnabledOnOs(OS.LINUX)
class FaultBarrierTest {

  private static final int SIZE = 1 << 20;
  private static final int WARM_UP = 100_000;

  @TempDir Path folder;

  private final RealFileSystem fs = new RealFileSystem();
  private long done;

  private Path allocate() {
    Path path = folder.resolve("a");
    fs.allocate(path, SIZE);
    return path;
  }

  private static void cut(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(4096);
    }
  }

  private void write(MappedFile file, long position, MemorySegment source, long length) {
    file.write(position, source, 0, length);
    done++;
  }

  @ParameterizedTest
  @ValueSource(longs = {8, 136, 5000})
  void lostStore_raisedBeforeTheNextStatement(long length) throws Exception {
    Path path = allocate();
    try (Arena arena = Arena.ofConfined();
        MappedFile file = fs.map(path)) {
      MemorySegment source = arena.allocate(length);
      for (long i = 0; i < WARM_UP; i++) {
        write(file, i * 64 % 65536, source, length);
      }
      cut(path);
      long before = done;
      StorageException first = null;
      for (int i = 0; i < 20; i++) {
        long position = 65536L + i * 128L;
        StorageException failure =
            assertThrows(StorageException.class, () -> write(file, position, source, length));
        first = first == null ? failure : first;
      }
      assertEquals(before, done);
      assertThrows(StorageException.class, () -> file.sync(0, 10));
      assertSame(
          assertThrows(StorageException.class, () -> file.sync(0, 10)),
          assertThrows(StorageException.class, () -> file.sync(0, 10)));
    }
  }

  private long sum(MemorySegment memory, long from) {
    long sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += memory.get(ValueLayout.JAVA_LONG, from + i * 8L);
    }
    FaultBarrier.pass();
    done++;
    return sum;
  }

  @Test
  void loadOfNothing_raisedBeforeTheNextStatement() throws Exception {
    Path path = allocate();
    try (ReadFile file = fs.openRead(path)) {
      MemorySegment memory = file.map();
      for (long i = 0; i < WARM_UP; i++) {
        assertEquals(0, sum(memory, i * 64 % 65536));
      }
      cut(path);
      long before = done;
      for (int i = 0; i < 20; i++) {
        long position = 65536L + i * 128L;
        assertThrows(InternalError.class, () -> sum(memory, position));
      }
      assertEquals(before, done);
    }
  }

  @Test
  void lostPage_foundByItsOffset() throws Exception {
    Path path = allocate();
    try (ReadFile file = fs.openRead(path)) {
      MemorySegment memory = file.map();
      assertEquals(-1, FaultBarrier.lostPage(memory, Long.MAX_VALUE));
      cut(path);
      assertEquals(4096, FaultBarrier.lostPage(memory, Long.MAX_VALUE));
      assertEquals(-1, FaultBarrier.lostPage(memory.asSlice(0, 4096), Long.MAX_VALUE));
    }
  }
}
