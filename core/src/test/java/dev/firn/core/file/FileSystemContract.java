package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StoreLockedException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link FileSystem}, tested with each implementation. Its other parts are the
 * superclasses; this one has locks and interrupts.
 */
abstract class FileSystemContract extends MappingContract {

  // Locks

  @Test
  void lock_twice() {
    try (LockFile lock = fs().lock(file("LOCK"))) {
      lock.describe("an owner");
      for (Path same : List.of(file("LOCK"), folder().resolve("./LOCK"))) {
        String message =
            assertThrows(StoreLockedException.class, () -> fs().lock(same)).getMessage();
        assertTrue(message.contains("this process"), message);
        assertTrue(message.contains("LOCK"), message);
      }
      lock.describe("me");
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
  void lock_lockedFileIsNotOpened() {
    try (LockFile lock = fs().lock(file("LOCK"))) {
      lock.describe("me");
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
            try (LockFile lock = fs().lock(file("LOCK"))) {
              synchronized (owners) {
                assertEquals(1, ++owners[0]);
              }
              won[thread]++;
              lock.describe("thread " + thread);
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

  /** Each operation once. */
  final void useEverything(Path directory) {
    FileSystem fs = fs();
    MemorySegment source = bytes("0123456789");
    MemorySegment target = arena.allocate(10);
    fs.createDirectories(directory.resolve("d"));
    try (AppendFile file = fs.create(directory.resolve("a.tmp"))) {
      file.append(source, 0, 10);
      file.sync();
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
      file.sync(5000, 10);
      assertEquals("0123456789", text(file.memory().asSlice(5000, 10)));
      file.write(0, source, 0, 10);
    }
    boolean punched = fs.punch(directory.resolve("b"), new long[] {4096, 4096});
    try (ReadFile file = fs.openRead(directory.resolve("b"))) {
      file.read(0, target, 0, 10);
      assertEquals("0123456789", text(target));
      file.read(5000, target, 0, 10);
      assertEquals(punched ? "\0".repeat(10) : "0123456789", text(target));
    }
    assertEquals(10_000, fs.size(directory.resolve("b")));
    try (LockFile lock = fs.lock(directory.resolve("LOCK"))) {
      lock.describe("me");
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
  void interruptStorm_doesNotAffectOtherThreads() throws Exception {
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
                mapped.sync(0, 10_000);
              }
              if (thread == 0) {
                appended.append(target, 0, 10);
              }
            }
            boolean unused = Thread.interrupted();
          });
      appended.sync();
      assertEquals(3000, appended.size());
    }
  }
}
