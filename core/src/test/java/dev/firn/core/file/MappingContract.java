package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The contract's third part: mapped files. */
abstract class MappingContract extends StreamContract {

  @Test
  void allocate_zeros() {
    for (long size : new long[] {0, 1, 4096, 100_001}) {
      Path path = file("a" + size);
      fs().allocate(path, size);
      assertEquals(size, fs().size(path));
      try (ReadFile file = fs().openRead(path)) {
        assertEquals(-1, arena.allocate(size).mismatch(file.map()));
      }
    }
  }

  @Test
  void allocate_nameTakenOrMissingFolderOrNegative() {
    write("a", "one");
    assertFails(file("a"), () -> fs().allocate(file("a"), 10));
    assertFails(file("nowhere/a"), () -> fs().allocate(file("nowhere/a"), 10));
    assertThrows(IllegalArgumentException.class, () -> fs().allocate(file("b"), -1));
    assertEquals("one", read("a"));
    assertFalse(fs().exists(file("b")));
  }

  @Test
  void map_missingAndFolder() {
    assertFails(file("a"), () -> fs().map(file("a")));
    assertFails(folder(), () -> fs().map(folder()));
  }

  @Test
  void mapped_writeSyncReopen() {
    fs().allocate(file("a"), 10_000);
    try (MappedFile file = fs().map(file("a"))) {
      assertEquals(file("a"), file.path());
      assertEquals(10_000, file.size());
      file.write(4090, bytes("..0123456789.."), 2, 10);
      file.sync(4090, 10);
      file.write(9_999, bytes("z"), 0, 1);
    }
    try (MappedFile file = fs().map(file("a"))) {
      assertEquals("0123456789", text(file.memory().asSlice(4090, 10)));
      assertEquals('z', file.memory().get(ValueLayout.JAVA_BYTE, 9_999));
      assertEquals(0, file.memory().get(ValueLayout.JAVA_BYTE, 4_100));
    }
  }

  @Test
  void mapped_writeForSync_isSeenAtOnceAndStays() {
    fs().allocate(file("a"), 10_000);
    try (MappedFile file = fs().map(file("a"))) {
      file.write(4080, bytes("stored next to it"), 0, 10);
      file.writeForSync(4090, bytes("..0123456789.."), 2, 10);
      assertEquals("stored nex0123456789", text(file.memory().asSlice(4080, 20)));
      file.write(4092, bytes("xy"), 0, 2);
      file.writeForSync(4099, bytes("z"), 0, 1);
      file.sync(4090, 10);
      assertEquals("stored nex01xy45678z", text(file.memory().asSlice(4080, 20)));
      file.writeForSync(9_999, bytes("end"), 2, 1);
    }
    try (MappedFile file = fs().map(file("a"))) {
      assertEquals("stored nex01xy45678z", text(file.memory().asSlice(4080, 20)));
      assertEquals('d', file.memory().get(ValueLayout.JAVA_BYTE, 9_999));
    }
    assertEquals(10_000, fs().size(file("a")));
  }

  @Test
  void mapped_memoryIsReadOnlyAndAlwaysTheSame() {
    fs().allocate(file("a"), 10_000);
    try (MappedFile file = fs().map(file("a"))) {
      assertSame(file.memory(), file.memory());
      assertTrue(file.memory().isReadOnly());
      assertTrue(file.memory().isNative());
      assertEquals(0, file.memory().address() % 8);
    }
  }

  @Test
  void mapped_syncAnyRange() {
    fs().allocate(file("a"), 10_000);
    try (MappedFile file = fs().map(file("a"))) {
      file.sync(0, 0);
      file.sync(1, 1);
      file.sync(4095, 2);
      file.sync(0, 10_000);
      file.sync(10_000, 0);
    }
  }

  @Test
  void mapped_outside() {
    fs().allocate(file("a"), 100);
    MemorySegment source = bytes("0123456789");
    try (MappedFile file = fs().map(file("a"))) {
      assertThrows(IndexOutOfBoundsException.class, () -> file.write(91, source, 0, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> file.write(-1, source, 0, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> file.write(0, source, 5, 6));
      assertThrows(IndexOutOfBoundsException.class, () -> file.writeForSync(91, source, 0, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> file.writeForSync(-1, source, 0, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> file.writeForSync(0, source, 5, 6));
      assertThrows(IndexOutOfBoundsException.class, () -> file.sync(91, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> file.sync(-1, 10));
      file.sync(0, 100);
    }
  }

  @Test
  void mapped_prefaultKeepsTheContent() {
    MemorySegment source = random(70_000);
    fs().allocate(file("a"), 70_000);
    try (MappedFile file = fs().map(file("a"))) {
      file.write(0, source, 0, 70_000);
      file.prefault();
      assertEquals(-1, source.mismatch(file.memory()));
    }
  }

  @Test
  void mapped_renamed_isTheSameFile() {
    fs().allocate(file("a"), 100);
    try (MappedFile file = fs().map(file("a"))) {
      fs().rename(file("a"), file("b"));
      file.renamed(file("b"));
      assertEquals(file("b"), file.path());
      file.write(50, bytes("0123456789"), 0, 10);
      file.sync(0, 100);
    }
    try (MappedFile file = fs().map(file("b"))) {
      assertEquals(-1, bytes("0123456789").mismatch(file.memory().asSlice(50, 10)));
    }
  }

  @Test
  void mapped_afterClose() {
    fs().allocate(file("a"), 100);
    MappedFile file = fs().map(file("a"));
    MemorySegment memory = file.memory();
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> file.write(0, bytes("0"), 0, 1));
    assertThrows(IllegalStateException.class, () -> file.writeForSync(0, bytes("0"), 0, 1));
    assertThrows(IllegalStateException.class, () -> file.sync(0, 1));
    assertThrows(IllegalStateException.class, file::prefault);
  }

  @Test
  void mapped_seenByReaders() {
    fs().allocate(file("a"), 100);
    try (MappedFile file = fs().map(file("a"));
        ReadFile reader = fs().openRead(file("a"))) {
      MemorySegment mapped = reader.map();
      file.write(10, bytes("hello"), 0, 5);
      MemorySegment target = arena.allocate(5);
      reader.read(10, target, 0, 5);
      assertEquals("hello", text(target));
      assertEquals("hello", text(mapped.asSlice(10, 5)));
    }
  }

  @Test
  void mapped_keepsItsBytesThroughRenameAndDelete() {
    fs().allocate(file("a"), 100);
    try (MappedFile file = fs().map(file("a"))) {
      file.write(0, bytes("old"), 0, 3);
      fs().rename(file("a"), file("b"));
      file.write(3, bytes("new"), 0, 3);
      assertEquals("oldnew", read("b").substring(0, 6));
      fs().delete(file("b"));
      file.write(6, bytes("er"), 0, 2);
      file.sync(0, 100);
      assertEquals("oldnewer", text(file.memory().asSlice(0, 8)));
    }
  }

  @Test
  void mapped_manyWriters() throws Exception {
    int threads = 4;
    int slots = 2000;
    fs().allocate(file("a"), 8L * threads * slots);
    try (MappedFile file = fs().map(file("a"))) {
      inParallel(
          threads,
          thread -> {
            try (Arena own = Arena.ofConfined()) {
              MemorySegment source = own.allocate(8);
              for (int i = 0; i < slots; i++) {
                long slot = i * (long) threads + thread;
                source.set(ValueLayout.JAVA_LONG, 0, slot + 1);
                file.write(slot * 8, source, 0, 8);
                if (i % 500 == 0) {
                  file.sync(slot * 8, 8);
                }
              }
            }
          });
      for (long slot = 0; slot < threads * (long) slots; slot++) {
        assertEquals(slot + 1, file.memory().get(ValueLayout.JAVA_LONG, slot * 8));
      }
    }
  }
}
