package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryFileSystemTest extends FileSystemContract {

  private final MemoryFileSystem fs = new MemoryFileSystem();

  @Override
  FileSystem fs() {
    return fs;
  }

  @Override
  Path folder() {
    return Path.of("/store");
  }

  @BeforeEach
  void createFolder() {
    fs.createDirectories(folder());
  }

  @AfterEach
  void everythingIsClosed() {
    assertEquals(List.of(), fs.openFiles());
  }

  // Room

  @Test
  void capacity_limitsAllFilesTogether() {
    fs.setCapacityBytes(100);
    fs.allocate(file("a"), 60);
    assertEquals(40, fs.usableBytes(folder()));
    assertThrows(DiskFullException.class, () -> fs.allocate(file("b"), 41));
    assertFalse(fs.exists(file("b")));
    MemorySegment source = random(40);
    try (AppendFile file = fs.create(file("b"))) {
      file.append(source, 0, 40);
      DiskFullException failure =
          assertThrows(DiskFullException.class, () -> file.append(source, 0, 1));
      assertTrue(failure.getMessage().contains(file("b").toString()), failure.getMessage());
      assertSame(failure, assertThrows(DiskFullException.class, file::sync));
      assertEquals(40, file.size());
    }
  }

  @Test
  void capacity_isFreedByDeleteAndRename() {
    fs.setCapacityBytes(100);
    fs.allocate(file("a"), 60);
    try (MappedFile open = fs.map(file("a"))) {
      fs.delete(file("a"));
      assertEquals(40, fs.usableBytes(folder()), "an open file keeps its room");
      assertEquals(60, open.size());
    }
    assertEquals(100, fs.usableBytes(folder()));
    fs.allocate(file("a"), 30);
    fs.allocate(file("b"), 50);
    fs.rename(file("a"), file("b"));
    assertEquals(70, fs.usableBytes(folder()));
    try (LockFile lock = fs.lock(file("LOCK"))) {
      lock.describe("0123456789");
      lock.describe("01234");
    }
    assertEquals(65, fs.usableBytes(folder()));
    assertEquals(65, fs.crashClone(PowerCut.everything()).usableBytes(folder()));
  }

  @Test
  void capacity_belowWhatIsUsed() {
    fs.allocate(file("a"), 60);
    fs.setCapacityBytes(50);
    assertEquals(0, fs.usableBytes(folder()));
    assertThrows(DiskFullException.class, () -> fs.allocate(file("b"), 1));
    fs.setCapacityBytes(61);
    fs.allocate(file("b"), 1);
  }

  // Open files

  @Test
  void openFiles_haveOperationAndOrigin() {
    write("a", "one");
    ReadFile leaked = fs.openRead(file("a"));
    OpenFile open = fs.openFiles().getFirst();
    assertEquals(file("a"), open.path());
    assertEquals(FileOperation.OPEN_READ, open.openedBy());
    assertTrue(
        Arrays.stream(open.origin().getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("openFiles_haveOperationAndOrigin")));
    leaked.close();
  }

  // Faults

  @Test
  void faults_areCalledBeforeEachOperation() {
    List<FileOperation> seen = new ArrayList<>();
    fs.failBefore((operation, path) -> seen.add(operation));
    useEverything(folder());
    for (FileOperation operation : FileOperation.values()) {
      assertTrue(seen.contains(operation), operation.toString());
    }
  }

  @Test
  void faults_failTheOperationAlone() {
    write("a", "one");
    for (FileOperation operation :
        List.of(FileOperation.OPEN_READ, FileOperation.DELETE, FileOperation.RENAME)) {
      fs.failBefore(failing(operation));
      assertThrows(StorageException.class, () -> deleteReadAndRename(operation));
      fs.failBefore(FaultInjection.NONE);
      assertEquals("one", read("a"));
    }
  }

  private void deleteReadAndRename(FileOperation operation) {
    switch (operation) {
      case DELETE -> fs.delete(file("a"));
      case RENAME -> fs.rename(file("a"), file("b"));
      default -> read("a");
    }
  }

  private static FaultInjection failing(FileOperation failing) {
    return (operation, path) -> {
      if (operation == failing) {
        throw new StorageException(path, "injected", null);
      }
    };
  }

  @Test
  void failedSync_isRepeatedByEachLaterOne() {
    fs.allocate(file("a"), 10_000);
    try (MappedFile file = fs.map(file("a"));
        AppendFile appended = fs.create(file("b"))) {
      file.write(0, bytes("one"), 0, 3);
      fs.failBefore(failing(FileOperation.SYNC));
      StorageException failure = assertThrows(StorageException.class, () -> file.sync(0, 3));
      StorageException other = assertThrows(StorageException.class, appended::sync);
      fs.failBefore(FaultInjection.NONE);
      assertSame(failure, assertThrows(StorageException.class, () -> file.sync(5000, 3)));
      assertSame(other, assertThrows(StorageException.class, appended::sync));
      assertSame(
          other, assertThrows(StorageException.class, () -> appended.append(bytes("x"), 0, 1)));
    }
  }

  @Test
  void failedStore_failsEachLaterSync() {
    fs.allocate(file("a"), 10_000);
    try (MappedFile file = fs.map(file("a"))) {
      fs.failBefore(failing(FileOperation.WRITE));
      StorageException failure =
          assertThrows(StorageException.class, () -> file.write(0, bytes("one"), 0, 3));
      fs.failBefore(FaultInjection.NONE);
      assertSame(failure, assertThrows(StorageException.class, () -> file.sync(5000, 3)));
      assertEquals(0, file.memory().get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  /** As on Linux: the pages are taken for clean, so a sync by another mapping writes nothing. */
  @Test
  void failedSync_losesItsPagesUntilTheyAreStoredIntoAgain() {
    fs.allocate(file("a"), 10_000);
    fs.syncDirectory(folder());
    fs.failBefore(failing(FileOperation.SYNC));
    try (MappedFile file = fs.map(file("a"))) {
      file.write(0, bytes("one"), 0, 3);
      file.write(5000, bytes("two"), 0, 3);
      assertThrows(StorageException.class, () -> file.sync(0, 3));
    }
    fs.failBefore(FaultInjection.NONE);
    try (MappedFile file = fs.map(file("a"))) {
      file.sync(0, 10_000);
      assertEquals("\0\0\0", content(fs.crashCloneSyncedOnly(), 0));
      assertEquals("two", content(fs.crashCloneSyncedOnly(), 5000));
      file.write(100, bytes("x"), 0, 1);
      file.sync(0, 10_000);
      assertEquals("one", content(fs.crashCloneSyncedOnly(), 0));
    }
  }

  private String content(MemoryFileSystem fs, int at) {
    return read(fs, file("a")).substring(at, at + 3);
  }

  @Test
  void clone_fromWithinAFault() {
    List<MemoryFileSystem> clones = new ArrayList<>();
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.SYNC_DIRECTORY) {
            clones.add(fs.crashCloneSyncedOnly());
          }
        });
    write("a", "one");
    fs.syncDirectory(folder());
    fs.syncDirectory(folder());
    assertFalse(clones.get(0).exists(file("a")));
    assertTrue(clones.get(1).exists(file("a")));
  }

  // The death of the process

  @Test
  void processKill_keepsEverythingAndClosesIt() {
    write("a", "one");
    fs.allocate(file("b"), 100);
    try (MappedFile mapped = fs.map(file("b"));
        LockFile lock = fs.lock(file("LOCK"))) {
      mapped.write(50, bytes("two"), 0, 3);
      lock.describe("me");
      MemoryFileSystem clone = fs.processKillClone();
      mapped.write(50, bytes("xxx"), 0, 3);
      assertEquals(fs.bootId(), clone.bootId());
      assertEquals(fs.list(folder()), clone.list(folder()));
      assertEquals("one", read(clone, file("a")));
      assertEquals("two", read(clone, file("b")).substring(50, 53));
      assertEquals(List.of(), clone.openFiles());
      clone.lock(file("LOCK")).close();
    }
  }

  @Test
  void processKill_syncsNothing() {
    fs.allocate(file("b"), 100);
    fs.syncDirectory(folder());
    write("a", "one");
    try (MappedFile mapped = fs.map(file("b"))) {
      mapped.write(50, bytes("two"), 0, 3);
    }
    MemoryFileSystem left = fs.processKillClone().crashCloneSyncedOnly();
    assertEquals(List.of("b"), left.list(folder()));
    assertEquals("\0\0\0", read(left, file("b")).substring(50, 53));
    MemoryFileSystem all = fs.processKillClone().crashClone(PowerCut.everything());
    assertEquals("two", read(all, file("b")).substring(50, 53));
    assertNotEquals(fs.bootId(), all.bootId());
  }
}
