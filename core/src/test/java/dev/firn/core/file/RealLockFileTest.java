package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.core.NativeCalls;
import dev.firn.error.StorageException;
import dev.firn.error.StoreLockedException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The lock of a real file, against this process and others. */
final class RealLockFileTest {

  @TempDir Path folder;

  private final RealFileSystem fs = new RealFileSystem();

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void lock_otherNameOfTheSameFile() throws Exception {
    fs.createDirectories(file("d"));
    Files.createSymbolicLink(file("link"), file("d"));
    try (LockFile lock = fs.lock(file("d/LOCK"))) {
      Files.createLink(file("hard"), file("d/LOCK"));
      assertThrows(StoreLockedException.class, () -> fs.lock(file("hard")));
      assertThrows(StoreLockedException.class, () -> fs.lock(file("link/LOCK")));
      assertThrows(StoreLockedException.class, () -> new RealFileSystem().lock(file("d/LOCK")));
      lock.describe("me");
    }
  }

  @Test
  void lock_fileReplacedUnderIt() throws Exception {
    try (LockFile lock = fs.lock(file("LOCK"))) {
      lock.describe("me");
      Files.delete(file("LOCK"));
      assertThrows(StoreLockedException.class, () -> fs.lock(file("LOCK")));
    }
  }

  @Test
  void lock_lockedElsewhereInThisProcess() throws Exception {
    Path path = file("LOCK");
    try (FileChannel other =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var unused = other.lock();
      assertThrows(StoreLockedException.class, () -> fs.lock(path));
      assertLockedFor(path, "another process");
    }
  }

  @Test
  void lock_againstOtherProcesses() throws Exception {
    Path path = file("LOCK");
    try (LockFile lock = fs.lock(path)) {
      lock.describe("process " + ProcessHandle.current().pid() + "\n\u001b[31m");
      assertThrows(StoreLockedException.class, () -> fs.lock(path));
      assertThrows(StorageException.class, () -> fs.openRead(path));
      assertLockedFor(
          path, "in another process (process " + ProcessHandle.current().pid() + " [31m)");
    }
    assertEquals("locked", lockElsewhere(path));
  }

  /** A process loses its POSIX lock with any descriptor of the file that it closes. */
  @Test
  void lock_copiedByItsOwner_staysLocked() throws Exception {
    Path path = file("LOCK");
    try (LockFile lock = fs.lock(path)) {
      lock.describe("first line\n" + lock.claim());
      Files.copy(path, file("copy"));
      assertLockedFor(path, "process " + ProcessHandle.current().pid() + ")");
      // The claim is for this file, not for its copy.
      assertEquals("locked", lockElsewhere(file("copy")));
      lock.check();
    }
    assertEquals("first line\n", Files.readString(path));
    assertEquals("locked", lockElsewhere(path));
  }

  /** Without a claim in the file: the lock that belongs to the open file is enough. */
  @Test
  void lock_copiedByItsOwner_withNativeAccess() throws Exception {
    assumeTrue(NativeCalls.isAvailable());
    Path path = file("LOCK");
    try (LockFile lock = fs.lock(path)) {
      lock.describe("me");
      Files.copy(path, file("copy"));
      assertEquals(NativeCalls.LOCKED, NativeCalls.lock(path));
    }
    int descriptor = NativeCalls.lock(path);
    assertTrue(descriptor >= 0);
    NativeCalls.close(descriptor);
  }

  @Test
  void lock_claimOfADeadOwner_isIgnored() throws Exception {
    Path path = file("LOCK");
    try (LockFile lock = fs.lock(path)) {
      OwnerClaim claim = Objects.requireNonNull(OwnerClaim.in(lock.claim()));
      String key = claim.file();
      long boot = fs.bootId();
      OwnerClaim parent = claimOf(ProcessHandle.current().parent().orElseThrow().pid(), claim);
      assertFalse(claim.isLiveElsewhere(key, boot), "its own");
      assertFalse(parent.isLiveElsewhere(key, boot), "of an earlier process of that number");
      assertNull(OwnerClaim.in("firn store, format 1\nopen in process 12\n"));
      lock.describe(parent.line());
      assertThrows(StorageException.class, lock::check);
    }
    fs.lock(path).close();
  }

  private static OwnerClaim claimOf(long pid, OwnerClaim other) {
    return new OwnerClaim(pid, other.start() + 1, other.boot(), other.file(), other.random() + 1);
  }

  @Test
  void lock_check_noticesAnotherFileOrFolder() throws Exception {
    fs.createDirectories(file("d"));
    try (LockFile lock = fs.lock(file("d/LOCK"))) {
      lock.check();
      Files.move(file("d"), file("moved"));
      assertThrows(StorageException.class, lock::check);
      Files.createDirectory(file("d"));
      Files.copy(file("moved/LOCK"), file("d/LOCK"));
      assertThrows(StorageException.class, lock::check);
      Files.delete(file("d/LOCK"));
      Files.createLink(file("d/LOCK"), file("moved/LOCK"));
      assertThrows(StorageException.class, lock::check);
      Files.delete(file("d/LOCK"));
      Files.delete(file("d"));
      Files.move(file("moved"), file("d"));
      lock.check();
    }
  }

  private static void assertLockedFor(Path path, String owner) throws Exception {
    String answer = lockElsewhere(path);
    assertTrue(answer.contains(owner), answer);
  }

  /** The output of another process that tries to lock the file. */
  private static String lockElsewhere(Path path) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Claimant.class.getName(),
                path.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } finally {
      process.destroyForcibly();
    }
  }

  /** A process that tries to lock a file. */
  static final class Claimant {
    public static void main(String[] arguments) {
      try (LockFile lock = new RealFileSystem().lock(Path.of(arguments[0]))) {
        lock.describe("the other process");
        System.out.println("locked");
      } catch (StoreLockedException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
