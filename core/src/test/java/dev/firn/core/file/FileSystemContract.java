package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StorageException;
import dev.firn.error.StoreLockedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What {@link FileSystem} promises, checked with each implementation. */
@Timeout(60)
abstract class FileSystemContract {

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
      file.force();
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

  /** Runs what must fail, and checks that the message names the path. */
  static void assertFails(Path path, Executable action) {
    String message = assertThrows(StorageException.class, action).getMessage();
    assertTrue(message.contains(path.toString()), message);
  }

  // Folders and names

  @Test
  void createDirectories_several() {
    fs().createDirectories(file("a/b/c"));
    assertTrue(fs().isDirectory(file("a/b/c")));
    assertEquals(List.of("b"), fs().list(file("a")));
  }

  @Test
  void createDirectories_thereAlready() {
    fs().createDirectories(file("a/b"));
    write("a/b/x", "");
    fs().createDirectories(file("a/b"));
    assertEquals(List.of("x"), fs().list(file("a/b")));
  }

  @Test
  void createDirectories_whereAFileIs() {
    write("a", "");
    assertFails(file("a"), () -> fs().createDirectories(file("a")));
    assertFails(file("a/b"), () -> fs().createDirectories(file("a/b")));
  }

  @Test
  void exists_fileFolderAndNothing() {
    write("a", "");
    fs().createDirectories(file("d"));
    assertTrue(fs().exists(file("a")));
    assertTrue(fs().exists(file("d")));
    assertFalse(fs().exists(file("b")));
    assertFalse(fs().exists(file("nowhere/b")));
  }

  @Test
  void isDirectory_fileFolderAndNothing() {
    write("a", "");
    assertTrue(fs().isDirectory(folder()));
    assertFalse(fs().isDirectory(file("a")));
    assertFalse(fs().isDirectory(file("b")));
  }

  @Test
  void list_sorted() {
    for (String name : List.of("b", "LOCK", "000010.table", "a.tmp", "000009.table")) {
      write(name, name);
    }
    fs().createDirectories(file("c"));
    assertEquals(
        List.of("000009.table", "000010.table", "LOCK", "a.tmp", "b", "c"), fs().list(folder()));
  }

  @Test
  void list_emptyMissingAndFile() {
    assertEquals(List.of(), fs().list(folder()));
    assertFails(file("nowhere"), () -> fs().list(file("nowhere")));
    write("a", "");
    assertFails(file("a"), () -> fs().list(file("a")));
  }

  @Test
  void size_fileMissingAndFolder() {
    write("a", "12345");
    assertEquals(5, fs().size(file("a")));
    assertFails(file("b"), () -> fs().size(file("b")));
    assertFails(folder(), () -> fs().size(folder()));
  }

  @Test
  void rename_newName() {
    write("a", "one");
    fs().rename(file("a"), file("b"));
    assertEquals(List.of("b"), fs().list(folder()));
    assertEquals("one", read("b"));
  }

  @Test
  void rename_replacesTarget() {
    write("a", "one");
    write("b", "another");
    fs().rename(file("a"), file("b"));
    assertEquals(List.of("b"), fs().list(folder()));
    assertEquals("one", read("b"));
  }

  @Test
  void rename_toItself() {
    write("a", "one");
    fs().rename(file("a"), file("a"));
    assertEquals("one", read("a"));
  }

  @Test
  void rename_toAnotherFolder() {
    fs().createDirectories(file("d"));
    write("a", "one");
    fs().rename(file("a"), file("d/b"));
    assertEquals(List.of("d"), fs().list(folder()));
    assertEquals("one", read("d/b"));
  }

  @Test
  void rename_missingSourceOrFolder() {
    write("a", "one");
    fs().createDirectories(file("d"));
    assertFails(file("b"), () -> fs().rename(file("b"), file("c")));
    assertFails(file("nowhere/c"), () -> fs().rename(file("a"), file("nowhere/c")));
    assertFails(file("d"), () -> fs().rename(file("a"), file("d")));
    assertEquals("one", read("a"));
  }

  @Test
  void delete_fileAndNothing() {
    write("a", "one");
    fs().delete(file("a"));
    fs().delete(file("a"));
    assertFalse(fs().exists(file("a")));
  }

  @Test
  void delete_folderRefused() {
    fs().createDirectories(file("d"));
    assertFails(file("d"), () -> fs().delete(file("d")));
    assertTrue(fs().isDirectory(file("d")));
  }

  @Test
  void syncDirectory_folderAndNothing() {
    write("a", "");
    fs().syncDirectory(folder());
    assertFails(file("nowhere"), () -> fs().syncDirectory(file("nowhere")));
  }

  @Test
  void usableBytes_folderAndNothing() {
    assertTrue(fs().usableBytes(folder()) > 0);
    assertFails(file("nowhere"), () -> fs().usableBytes(file("nowhere")));
  }

  @Test
  void bootId_staysTheSame() {
    assertEquals(fs().bootId(), fs().bootId());
  }

  // Files that grow

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
      file.force();
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
    assertThrows(IllegalStateException.class, file::force);
  }

  @Test
  void append_visibleToReadersAtOnce() {
    try (AppendFile file = fs().create(file("a"))) {
      file.append(bytes("12"), 0, 2);
      assertEquals("12", read("a"));
    }
  }

  // Files to be read

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
  void read_behindTheEndNamesThePosition() {
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
  void readFile_outlivesItsName() {
    write("a", "one");
    write("b", "two");
    try (ReadFile deleted = fs().openRead(file("a"));
        ReadFile renamed = fs().openRead(file("b"))) {
      fs().delete(file("a"));
      fs().rename(file("b"), file("a"));
      write("b", "another");
      MemorySegment target = arena.allocate(3);
      deleted.read(0, target, 0, 3);
      assertEquals("one", text(target));
      assertEquals("one", text(deleted.map()));
      renamed.read(0, target, 0, 3);
      assertEquals("two", text(target));
      assertEquals("two", text(renamed.map()));
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

  // Files to be mapped

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
  void mapped_writeForceReopen() {
    fs().allocate(file("a"), 10_000);
    try (MappedFile file = fs().map(file("a"))) {
      assertEquals(file("a"), file.path());
      assertEquals(10_000, file.size());
      file.write(4090, bytes("..0123456789.."), 2, 10);
      file.force(4090, 10);
      file.write(9_999, bytes("z"), 0, 1);
    }
    try (MappedFile file = fs().map(file("a"))) {
      assertEquals("0123456789", text(file.memory().asSlice(4090, 10)));
      assertEquals('z', file.memory().get(ValueLayout.JAVA_BYTE, 9_999));
      assertEquals(0, file.memory().get(ValueLayout.JAVA_BYTE, 4_100));
    }
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
  void mapped_forceAnyRange() {
    fs().allocate(file("a"), 10_000);
    try (MappedFile file = fs().map(file("a"))) {
      file.force(0, 0);
      file.force(1, 1);
      file.force(4095, 2);
      file.force(0, 10_000);
      file.force(10_000, 0);
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
      assertThrows(IndexOutOfBoundsException.class, () -> file.force(91, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> file.force(-1, 10));
      file.force(0, 100);
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
  void mapped_afterClose() {
    fs().allocate(file("a"), 100);
    MappedFile file = fs().map(file("a"));
    MemorySegment memory = file.memory();
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> file.write(0, bytes("0"), 0, 1));
    assertThrows(IllegalStateException.class, () -> file.force(0, 1));
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
      file.force(0, 100);
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
                  file.force(slot * 8, 8);
                }
              }
            }
          });
      for (long slot = 0; slot < threads * (long) slots; slot++) {
        assertEquals(slot + 1, file.memory().get(ValueLayout.JAVA_LONG, slot * 8));
      }
    }
  }

  // Claims

  @Test
  void lock_twice() {
    try (LockFile claim = fs().lock(file("LOCK"))) {
      claim.describe("somebody");
      for (Path same : List.of(file("LOCK"), folder().resolve("./LOCK"))) {
        String message =
            assertThrows(StoreLockedException.class, () -> fs().lock(same)).getMessage();
        assertTrue(message.contains("this process"), message);
        assertTrue(message.contains("LOCK"), message);
      }
      claim.describe("me");
    }
    assertEquals("me", read("LOCK"));
    fs().lock(file("LOCK")).close();
  }

  @Test
  void lock_closedTwiceEndsOnlyItsOwn() {
    LockFile first = fs().lock(file("LOCK"));
    first.close();
    try (LockFile second = fs().lock(file("LOCK"))) {
      first.close();
      assertThrows(StoreLockedException.class, () -> fs().lock(file("LOCK")));
      assertThrows(IllegalStateException.class, () -> first.describe("not mine"));
      second.describe("mine");
    }
    assertEquals("mine", read("LOCK"));
  }

  @Test
  void lock_claimedFileIsNotOpened() {
    try (LockFile claim = fs().lock(file("LOCK"))) {
      claim.describe("me");
      assertFails(file("LOCK"), () -> fs().openRead(file("LOCK")));
      assertFails(file("LOCK"), () -> fs().map(file("LOCK")));
    }
  }

  @Test
  void lock_keepsTheContent() {
    write("LOCK", "before");
    fs().lock(file("LOCK")).close();
    assertEquals("before", read("LOCK"));
  }

  @Test
  void lock_folderOrMissingFolder() {
    assertFails(folder(), () -> fs().lock(folder()));
    assertFails(file("nowhere/LOCK"), () -> fs().lock(file("nowhere/LOCK")));
  }

  @Test
  void lock_manyThreadsOneOwner() throws Exception {
    int[] owners = new int[1];
    int[] won = new int[4];
    inParallel(
        4,
        thread -> {
          for (int i = 0; i < 200; i++) {
            try (LockFile claim = fs().lock(file("LOCK"))) {
              synchronized (owners) {
                assertEquals(1, ++owners[0]);
              }
              won[thread]++;
              claim.describe("thread " + thread);
              synchronized (owners) {
                owners[0]--;
              }
            } catch (StoreLockedException e) {
              Thread.yield();
            }
          }
        });
    assertTrue(Arrays.stream(won).sum() > 0);
  }

  // Interrupts

  /** One round of everything that can be done with files. */
  final void useEverything(Path directory) {
    FileSystem fs = fs();
    MemorySegment source = bytes("0123456789");
    MemorySegment target = arena.allocate(10);
    fs.createDirectories(directory.resolve("d"));
    try (AppendFile file = fs.create(directory.resolve("a.tmp"))) {
      file.append(source, 0, 10);
      file.force();
    }
    fs.rename(directory.resolve("a.tmp"), directory.resolve("a"));
    fs.syncDirectory(directory);
    try (ReadFile file = fs.openRead(directory.resolve("a"))) {
      file.read(0, target, 0, 10);
      assertEquals("0123456789", text(target));
      assertEquals("0123456789", text(file.map()));
      file.read(5, target, 0, 5);
    }
    fs.allocate(directory.resolve("b"), 10_000);
    try (MappedFile file = fs.map(directory.resolve("b"))) {
      file.prefault();
      file.write(5000, source, 0, 10);
      file.force(5000, 10);
      assertEquals("0123456789", text(file.memory().asSlice(5000, 10)));
    }
    try (LockFile claim = fs.lock(directory.resolve("LOCK"))) {
      claim.describe("me");
      assertThrows(StoreLockedException.class, () -> fs.lock(directory.resolve("LOCK")));
    }
    assertEquals(List.of("LOCK", "a", "b", "d"), fs.list(directory));
    assertEquals(10, fs.size(directory.resolve("a")));
    fs.delete(directory.resolve("a"));
    fs.delete(directory.resolve("b"));
    assertFalse(fs.exists(directory.resolve("a")));
    assertTrue(fs.usableBytes(directory) > 0);
  }

  @Test
  void interrupted_everythingWorksAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    try {
      useEverything(folder());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void interruptStorm_everythingWorks() throws Exception {
    Thread worker = Thread.currentThread();
    boolean[] done = new boolean[1];
    Thread storm =
        new Thread(
            () -> {
              while (true) {
                synchronized (done) {
                  if (done[0]) {
                    return;
                  }
                  worker.interrupt();
                }
                Thread.yield();
              }
            });
    storm.start();
    try {
      for (int i = 0; i < 30; i++) {
        useEverything(folder());
      }
    } finally {
      synchronized (done) {
        done[0] = true;
      }
      boolean unused = Thread.interrupted();
      storm.join();
    }
  }

  @Test
  void interruptStorm_hurtsNobodyElse() throws Exception {
    write("a", "0123456789");
    fs().allocate(file("b"), 10_000);
    try (ReadFile shared = fs().openRead(file("a"));
        MappedFile mapped = fs().map(file("b"));
        AppendFile appended = fs().create(file("c"))) {
      inParallel(
          3,
          thread -> {
            MemorySegment target = arena.allocate(10);
            for (int i = 0; i < 300; i++) {
              if (i % 2 == thread % 2) {
                Thread.currentThread().interrupt();
              }
              shared.read(0, target, 0, 10);
              assertEquals("0123456789", text(target));
              mapped.write(thread * 100L, target, 0, 10);
              if (i % 30 == 0) {
                mapped.force(0, 10_000);
              }
              if (thread == 0) {
                appended.append(target, 0, 10);
              }
            }
            boolean unused = Thread.interrupted();
          });
      appended.force();
      assertEquals(3000, appended.size());
    }
  }

  /** What one of several threads does. */
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
