package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.error.StorageException;
import dev.firn.error.StoreLockedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFileSystemTest {

  @TempDir Path folder;

  @Test
  void everything_worksOnce() {
    RealFileSystem fs = new RealFileSystem();
    Path a = folder.resolve("a");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom("hello");
      try (AppendFile file = fs.create(a)) {
        file.append(bytes, 0, 6);
        file.append(bytes, 1, 5);
        file.force();
        assertEquals(11, file.size());
      }
      fs.syncDirectory(folder);
      MemorySegment target = arena.allocate(16);
      try (ReadFile file = fs.openRead(a)) {
        file.read(5, target, 3, 6);
        assertEquals('e', target.get(ValueLayout.JAVA_BYTE, 4));
        assertEquals('h', file.map().get(ValueLayout.JAVA_BYTE, 0));
        System.out.println(
            assertThrows(StorageException.class, () -> file.read(6, target, 0, 6)).getMessage());
      }
      Path b = folder.resolve("b");
      fs.allocate(b, 100_000);
      try (MappedFile file = fs.map(b)) {
        file.prefault();
        file.write(99_990, bytes, 0, 6);
        file.force(99_990, 6);
        assertEquals('o', file.memory().get(ValueLayout.JAVA_BYTE, 99_994));
      }
      Path lock = folder.resolve("LOCK");
      try (LockFile claim = fs.lock(lock)) {
        claim.describe("process 12");
        assertThrows(StoreLockedException.class, () -> fs.lock(lock));
        assertThrows(StorageException.class, () -> fs.openRead(lock));
      }
      fs.lock(lock).close();
      assertEquals(List.of("LOCK", "a", "b"), fs.list(folder));
      fs.delete(a);
      assertFalse(fs.exists(a));
      System.out.println(fs.bootId() + " " + fs.usableBytes(folder));
    }
  }
}
