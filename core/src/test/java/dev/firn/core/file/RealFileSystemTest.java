package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.core.NativeCalls;
import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RealFileSystemTest extends FileSystemContract {

  @TempDir Path folder;

  private final RealFileSystem fs = new RealFileSystem();

  @Override
  FileSystem fs() {
    return fs;
  }

  @Override
  Path folder() {
    return folder;
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name)));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void newFilesAndFolders_areForTheOwnerAlone() throws Exception {
    fs.createDirectories(file("d/e"));
    fs.create(file("a")).close();
    fs.allocate(file("b"), 100);
    fs.lock(file("LOCK")).close();
    assertEquals("rwx------", permissions("d"));
    assertEquals("rwx------", permissions("d/e"));
    for (String name : List.of("a", "b", "LOCK")) {
      assertEquals("rw-------", permissions(name));
    }
  }

  /** The kernel fails a read of unmapped memory like a read of a broken device. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void deviceCannotRead_namesFileAndPosition() {
    Path memory = Path.of("/proc/self/mem");
    assumeTrue(Files.isReadable(memory));
    try (ReadFile file = fs.openRead(memory)) {
      StorageException e =
          assertThrows(
              StorageException.class,
              () -> file.read(4096, MemorySegment.ofArray(new byte[8]), 0, 8));
      assertTrue(
          e.getMessage().startsWith(memory + ": cannot be read at position 4096 ("), e::getMessage);
      assertTrue(e.getCause() instanceof IOException, e::toString);
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void symbolicLink_isNotFollowed() throws Exception {
    write("target", "0123456789");
    fs.createDirectories(file("folder"));
    Path link = Files.createSymbolicLink(file("link"), file("target"));
    Path dangling = Files.createSymbolicLink(file("dangling"), file("nowhere"));
    Path folderLink = Files.createSymbolicLink(file("folderLink"), file("folder"));
    for (Path path : List.of(link, dangling)) {
      assertTrue(fs.exists(path));
      assertFails(path, () -> fs.create(path));
      assertFails(path, () -> fs.allocate(path, 10));
      assertLinkRefused(path, () -> fs.openRead(path));
      assertLinkRefused(path, () -> fs.map(path));
      assertLinkRefused(path, () -> fs.lock(path));
      assertLinkRefused(path, () -> fs.size(path));
    }
    assertFalse(fs.isDirectory(folderLink));
    assertLinkRefused(folderLink, () -> fs.createDirectories(folderLink));
    assertLinkRefused(folderLink, () -> fs.list(folderLink));
    assertLinkRefused(folderLink, () -> fs.syncDirectory(folderLink));
    assertFalse(fs.exists(file("nowhere")));
    assertEquals("0123456789", read("target"));
  }

  private static void assertLinkRefused(Path path, Executable action) {
    String message = assertThrows(StorageException.class, action).getMessage();
    assertTrue(message.contains(path.toString()), message);
    assertTrue(message.contains("symbolic link"), message);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void symbolicLink_inTheFolderPathIsFollowed() throws Exception {
    fs.createDirectories(file("folder"));
    Files.createSymbolicLink(file("link"), file("folder"));
    fs.createDirectories(file("link/d"));
    write("link/d/a", "one");
    assertEquals("one", read("folder/d/a"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void symbolicLink_isItselfDeletedAndReplaced() throws Exception {
    write("target", "target");
    write("a", "one");
    Files.createSymbolicLink(file("x"), file("target"));
    Files.createSymbolicLink(file("y"), file("target"));
    fs.delete(file("x"));
    fs.rename(file("a"), file("y"));
    assertEquals(List.of("target", "y"), fs.list(folder));
    assertEquals("one", read("y"));
    assertEquals("target", read("target"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void pipe_isRefusedWithoutWaiting() throws Exception {
    assumeTrue(new ProcessBuilder("mkfifo", file("pipe").toString()).start().waitFor() == 0);
    assertFails(file("pipe"), () -> fs.openRead(file("pipe")));
    assertFails(file("pipe"), () -> fs.map(file("pipe")));
    assertFails(file("pipe"), () -> fs.lock(file("pipe")));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void readOnlyFolder_refusesNewNames() throws Exception {
    write("d", "a", "one");
    Files.setPosixFilePermissions(file("d"), PosixFilePermissions.fromString("r-x------"));
    try {
      assumeFalse(Files.isWritable(file("d")), "root may write everywhere");
      assertFails(file("d/b"), () -> fs.create(file("d/b")));
      assertFails(file("d/b"), () -> fs.allocate(file("d/b"), 10));
      assertFails(file("d/b"), () -> fs.lock(file("d/b")));
      assertFails(file("d/b"), () -> fs.createDirectories(file("d/b")));
      assertFails(file("d/a"), () -> fs.rename(file("d/a"), file("d/b")));
      assertFails(file("d/a"), () -> fs.delete(file("d/a")));
      assertEquals("one", read("d/a"));
    } finally {
      Files.setPosixFilePermissions(file("d"), PosixFilePermissions.fromString("rwx------"));
    }
  }

  private void write(String directory, String name, String text) {
    fs.createDirectories(file(directory));
    write(fs, file(directory).resolve(name), text);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void files_areAllClosed() throws Exception {
    useEverything(folder);
    long before = openDescriptors();
    for (int i = 0; i < 20; i++) {
      useEverything(folder);
    }
    assertFails(file("a"), () -> fs.openRead(file("a")));
    assertFails(folder, () -> fs.map(folder));
    assertEquals(before, openDescriptors());
  }

  private long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(this::isInFolder).count();
    }
  }

  private boolean isInFolder(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  // A failing device

  @Test
  void resolve_followsLinksInTheExistingPart() throws Exception {
    Path folder = Files.createDirectory(file("folder")).toRealPath();
    Path link = Files.createSymbolicLink(file("toFolder"), folder);
    assertEquals(folder, fs.resolve(link));
    assertEquals(folder.resolve("a/b"), fs.resolve(link.resolve("a/./b")));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDevice_isNamed() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full));
    try (AppendFile file =
        new RealAppendFile(
            full, UninterruptibleFile.open(full, Set.of(StandardOpenOption.WRITE)))) {
      MemorySegment source = bytes("0123456789");
      DiskFullException failure =
          assertThrows(DiskFullException.class, () -> file.append(source, 0, 10));
      assertTrue(failure.getMessage().contains("/dev/full"), failure.getMessage());
      assertSame(failure, assertThrows(DiskFullException.class, file::sync));
      assertSame(failure, assertThrows(DiskFullException.class, () -> file.append(source, 0, 10)));
      assertEquals(0, file.size());
    }
  }

  @Test
  void ioFailure_fullInAnyLanguage() {
    Path path = file("a");
    for (String message : List.of("No space left on device", "Disk quota exceeded")) {
      assertEquals(
          DiskFullException.class,
          IoFailure.of(path, "cannot be written", 10, new IOException(message)).getClass());
    }
    IOException foreign = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
    write("a", "");
    assertEquals(
        DiskFullException.class,
        IoFailure.of(path, "cannot be written", Long.MAX_VALUE, foreign).getClass());
    assertEquals(
        StorageException.class, IoFailure.of(path, "cannot be written", 10, foreign).getClass());
  }

  /** Writes bytes at a position of a file. */
  private interface Write {
    void to(MappedFile file, long position, MemorySegment source, long offset, long length);
  }

  /**
   * As on a device that fails under a mapping, or a full device under a file with holes. A store
   * into a lost page must throw, and so must every later sync.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void mapped_lostPages() throws Exception {
    assertMissed(MappedFile::write);
  }

  /** A write could extend the file again, and hide the loss. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void mapped_writeForSync_lostPages() throws Exception {
    assertMissed(MappedFile::writeForSync);
  }

  private void assertMissed(Write write) throws Exception {
    Path path = file("a");
    fs.allocate(path, 100_000);
    MemorySegment source = bytes("0123456789");
    try (MappedFile file = fs.map(path)) {
      write.to(file, 0, source, 0, 10);
      file.sync(0, 10);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(4096);
      }
      StorageException failure =
          assertThrows(StorageException.class, () -> write.to(file, 50_000, source, 0, 10));
      assertTrue(failure.getMessage().contains("position 50000"), failure.getMessage());
      assertTrue(failure.getMessage().contains(path.toString()), failure.getMessage());
      assertSame(failure, assertThrows(StorageException.class, () -> file.sync(0, 10)));
      assertThrows(StorageException.class, file::prefault);
      assertEquals(4096, fs.size(path));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readMap_fileThatShrank() throws Exception {
    write("a", "0123456789");
    try (ReadFile file = fs.openRead(file("a"))) {
      try (FileChannel channel = FileChannel.open(file("a"), StandardOpenOption.WRITE)) {
        channel.truncate(5);
      }
      assertFails(file("a"), file::map);
    }
  }

  // Native calls

  @Test
  @EnabledOnOs(OS.LINUX)
  void nativeCalls_whereAllowed() throws Exception {
    assumeTrue(NativeCalls.isAvailable(), "needs --enable-native-access");
    Path path = file("a");
    fs.create(path).close();
    assertEquals(NativeCalls.Allocation.DONE, NativeCalls.allocate(path, 100_000));
    assertEquals(100_000, fs.size(path));
    assertEquals(NativeCalls.Allocation.NOT_POSSIBLE, NativeCalls.allocate(path, 1L << 62));
    assertEquals(NativeCalls.Allocation.NOT_POSSIBLE, NativeCalls.allocate(file("nowhere"), 10));
    try (MappedFile file = fs.map(path)) {
      assertTrue(NativeCalls.populate(file.memory()));
    }
  }

  @Test
  void nativeCalls_whereNotAllowed() {
    assumeFalse(RealFileSystem.class.getModule().isNativeAccessEnabled());
    assertFalse(NativeCalls.isAvailable());
    assertEquals(NativeCalls.Allocation.NOT_POSSIBLE, NativeCalls.allocate(file("a"), 10));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void bootId_isKnown() {
    assertNotEquals(0, fs.bootId());
    assertEquals(fs.bootId(), new RealFileSystem().bootId());
  }
}
