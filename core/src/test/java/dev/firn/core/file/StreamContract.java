package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The contract's second part: append files and read files. */
abstract class StreamContract extends FolderContract {

  // Append files

  @Test
  void create_nameTaken() {
    write("a", "one");
    assertFails(file("a"), () -> fs().create(file("a")));
    assertFails(folder(), () -> fs().create(folder()));
    assertEquals("one", read("a"));
  }

  @Test
  void create_missingFolder() {
    assertFails(file("nowhere/a"), () -> fs().create(file("nowhere/a")));
  }

  @Test
  void append_inPieces() {
    MemorySegment source = random(100_000);
    try (AppendFile file = fs().create(file("a"))) {
      assertEquals(file("a"), file.path());
      assertEquals(0, file.size());
      SplittableRandom random = new SplittableRandom(1);
      for (long done = 0; done < source.byteSize(); ) {
        long step = Math.min(random.nextLong(0, 10_000), source.byteSize() - done);
        file.append(source, done, step);
        done += step;
        assertEquals(done, file.size());
      }
      file.sync();
    }
    try (ReadFile file = fs().openRead(file("a"))) {
      assertEquals(-1, source.mismatch(file.map()));
    }
  }

  @Test
  void append_outsideTheSource() {
    try (AppendFile file = fs().create(file("a"))) {
      assertThrows(IndexOutOfBoundsException.class, () -> file.append(bytes("12"), 1, 2));
      file.append(bytes("12"), 1, 1);
    }
    assertEquals("2", read("a"));
  }

  @Test
  void append_afterClose() {
    AppendFile file = fs().create(file("a"));
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> file.append(bytes("12"), 0, 2));
    assertThrows(IllegalStateException.class, file::sync);
  }

  @Test
  void append_visibleToReadersAtOnce() {
    try (AppendFile file = fs().create(file("a"))) {
      file.append(bytes("12"), 0, 2);
      assertEquals("12", read("a"));
    }
  }

  // Read files

  @Test
  void openRead_missingAndFolder() {
    assertFails(file("a"), () -> fs().openRead(file("a")));
    assertFails(folder(), () -> fs().openRead(folder()));
  }

  @Test
  void read_anywhere() {
    write("a", "0123456789");
    try (ReadFile file = fs().openRead(file("a"))) {
      assertEquals(file("a"), file.path());
      assertEquals(10, file.size());
      MemorySegment target = bytes("..........");
      file.read(3, target, 1, 4);
      assertEquals(".3456.....", text(target));
      file.read(10, target, 0, 0);
      file.read(0, target, 0, 10);
      assertEquals("0123456789", text(target));
    }
  }

  @Test
  void read_pastTheEndNamesThePosition() {
    write("a", "0123456789");
    try (ReadFile file = fs().openRead(file("a"))) {
      MemorySegment target = arena.allocate(20);
      for (long position : new long[] {4, 9, 10, 11, 5_000_000_000L}) {
        String message =
            assertThrows(StorageException.class, () -> file.read(position, target, 0, 7))
                .getMessage();
        assertTrue(message.contains(file("a").toString()), message);
        assertTrue(message.contains("position " + position), message);
      }
      assertThrows(IllegalArgumentException.class, () -> file.read(-1, target, 0, 7));
      assertThrows(IllegalArgumentException.class, () -> file.read(1, target, 0, -1));
      assertThrows(IndexOutOfBoundsException.class, () -> file.read(0, target, 15, 7));
    }
  }

  @Test
  void read_intoConfinedAndHeapMemory() {
    write("a", "0123456789");
    try (ReadFile file = fs().openRead(file("a"));
        Arena confined = Arena.ofConfined()) {
      MemorySegment target = confined.allocate(4);
      file.read(2, target, 0, 4);
      assertEquals("2345", text(target));
      MemorySegment heap = MemorySegment.ofArray(new byte[4]);
      file.read(2, heap, 0, 4);
      assertEquals("2345", text(heap));
    }
  }

  @Test
  void readMap_readOnlyAndAlwaysTheSame() {
    write("a", "0123456789");
    try (ReadFile file = fs().openRead(file("a"))) {
      MemorySegment mapped = file.map();
      assertSame(mapped, file.map());
      assertTrue(mapped.isReadOnly());
      assertEquals("0123456789", text(mapped));
      assertTrue(mapped.isAccessibleBy(new Thread(() -> {})));
    }
  }

  @Test
  void readMap_emptyFile() {
    write("a", "");
    try (ReadFile file = fs().openRead(file("a"))) {
      assertEquals(0, file.size());
      assertEquals(0, file.map().byteSize());
    }
  }

  @Test
  void readFile_afterClose() {
    write("a", "0123456789");
    ReadFile file = fs().openRead(file("a"));
    MemorySegment mapped = file.map();
    file.close();
    file.close();
    MemorySegment target = arena.allocate(4);
    assertThrows(IllegalStateException.class, () -> file.read(0, target, 0, 4));
    assertThrows(IllegalStateException.class, () -> mapped.get(ValueLayout.JAVA_BYTE, 0));
    ReadFile unmapped = fs().openRead(file("a"));
    unmapped.close();
    assertThrows(IllegalStateException.class, unmapped::map);
  }

  @Test
  void mappedReadFile_outlivesItsName() {
    write("a", "one");
    write("b", "two");
    try (ReadFile deleted = fs().openRead(file("a"));
        ReadFile renamed = fs().openRead(file("b"))) {
      MemorySegment ofDeleted = deleted.map();
      MemorySegment ofRenamed = renamed.map();
      fs().delete(file("a"));
      fs().rename(file("b"), file("a"));
      write("b", "another");
      MemorySegment target = arena.allocate(3);
      deleted.read(0, target, 0, 3);
      assertEquals("one", text(target));
      assertEquals("one", text(ofDeleted));
      renamed.read(0, target, 0, 3);
      assertEquals("two", text(target));
      assertEquals("two", text(ofRenamed));
    }
  }

  @Test
  void readFile_manyThreads() throws Exception {
    MemorySegment content = random(1 << 20);
    try (AppendFile file = fs().create(file("a"))) {
      file.append(content, 0, content.byteSize());
    }
    try (ReadFile file = fs().openRead(file("a"))) {
      inParallel(
          4,
          thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            try (Arena own = Arena.ofConfined()) {
              MemorySegment target = own.allocate(10_000);
              for (int i = 0; i < 500; i++) {
                long position = random.nextLong(content.byteSize() - 10_000);
                file.read(position, target, 0, 10_000);
                assertEquals(
                    -1,
                    MemorySegment.mismatch(
                        content, position, position + 10_000, target, 0, 10_000));
                assertSame(file.map(), file.map());
              }
            }
          });
    }
  }
}
