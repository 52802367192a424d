package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.VerifyReport;
import dev.firn.core.file.FileName;
import dev.firn.error.FirnException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.OpenFiles;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store's folder with links, pipes, folders, names and sizes that no store makes: it is refused
 * with a message that names the file, or it opens as if they did not exist. Nothing outside the
 * folder is read, written or deleted, and nothing hangs.
 */
@EnabledOnOs(OS.LINUX)
final class HostileFolderTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long TIB = 1L << 40;

  /** A killed store with several tables and an unflushed journal. */
  private static final StoreImage KILLED = kill();

  @TempDir private Path temporary;

  private static StoreOptions options() {
    return TinyOptions.smallest().toBuilder().tableBytes(4 << 10).build();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    OpenFiles.assertNoneUnder(temporary);
  }

  private Path killedStore(String name) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    KILLED.writeTo(folder);
    return folder;
  }

  private static StoreImage kill() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(options())) {
      fill(store);
      store.compact();
      store.tree("t").put(new byte[] {1, 2, 3}, new byte[200]);
      return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
    }
  }

  private static void fill(Store store) {
    Tree tree = store.tree("t");
    for (int i = 0; i < 400; i++) {
      tree.put(new byte[] {(byte) i, (byte) (i >> 8)}, new byte[100]);
    }
  }

  private static Set<String> oneOfEachKind() {
    TreeMap<String, String> names = new TreeMap<>();
    KILLED.names().forEach(name -> names.put(StoreImage.kind(name), name));
    names.keySet().removeIf(FileName::isTemporary);
    assertEquals(Set.of("CURRENT", "LOCK", "journal", "manifest", "table"), names.keySet());
    return new TreeSet<>(names.values());
  }

  @Test
  void anyFileAsLink_isRefusedByNameAndItsTargetUntouched() throws Exception {
    for (String name : oneOfEachKind()) {
      Path folder = killedStore("linked-" + name);
      Path file = folder.resolve(name);
      Path target = temporary.resolve("target of " + name);
      Files.move(file, target);
      byte[] before = Files.readAllBytes(target);
      Files.createSymbolicLink(file, target);

      assertRefused(folder, file, "symbolic link");

      assertArrayEquals(before, Files.readAllBytes(target), name);
      assertTrue(Files.isSymbolicLink(file), name);
    }
  }

  @Test
  void anyFileAsLinkToNothing_isRefusedByNameAndNothingMade() throws Exception {
    for (String name : oneOfEachKind()) {
      Path folder = killedStore("dangling-" + name);
      Path file = folder.resolve(name);
      Path target = temporary.resolve("made through " + name);
      Files.delete(file);
      Files.createSymbolicLink(file, target);

      assertRefused(folder, file, "symbolic link");

      assertFalse(Files.exists(target, LinkOption.NOFOLLOW_LINKS), name);
    }
  }

  @Test
  void anyFileAsPipeOrFolder_isRefusedByNameWithoutWaiting() throws Exception {
    for (String name : oneOfEachKind()) {
      for (String kind : List.of("pipe", "folder")) {
        Path folder = killedStore(kind + "-" + name);
        Path file = folder.resolve(name);
        Files.delete(file);
        if (kind.equals("folder")) {
          Files.createDirectory(file);
        } else {
          assertEquals(0, new ProcessBuilder("mkfifo", file + "").start().waitFor());
        }
        assertRefused(folder, file, kind);
      }
    }
  }

  /** Files that are deleted or overwritten at opening: never what a link points to. */
  @Test
  void linksUnderDeletedOrReplacedNames_loseOnlyThemselves() throws Exception {
    Path folder = killedStore("rubbish");
    Path outside = temporary.resolve("outside");
    Files.writeString(outside, "not yours");
    for (String name :
        List.of(
            "CURRENT.tmp",
            "000777.table",
            "manifest-000778",
            "000779.journal.tmp",
            "000780.table.tmp")) {
      Files.createSymbolicLink(folder.resolve(name), outside);
    }
    open(folder);
    assertEquals("not yours", Files.readString(outside));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(Files::isSymbolicLink).toList());
    }
  }

  @Test
  void foreignNames_areIgnored() throws Exception {
    Path folder = killedStore("names");
    List<String> names =
        List.of(
            "1.table",
            "0000001.table",
            "-00001.journal",
            "000001.TABLE",
            "manifest-1",
            "+00001.table",
            "manifest-000001x",
            "99999999999999999999.journal",
            "notes.txt",
            "\u0663\u0663\u0663\u0663\u0663\u0663.table");
    for (String name : names) {
      Files.writeString(folder.resolve(name), "mine");
    }
    open(folder);
    for (String name : names) {
      assertEquals("mine", Files.readString(folder.resolve(name)), name);
    }
  }

  /** The store could not find a file with the next number. */
  @Test
  void hugeNumbers_areRefusedByName() throws Exception {
    for (String name :
        List.of(
            "999999999999999999.table",
            "999999999999999999.journal",
            "manifest-999999999999999999",
            "999999999999999999.journal.tmp")) {
      Path folder = killedStore("number-" + name);
      Files.writeString(folder.resolve(name), "");
      assertRefused(folder, folder.resolve(name), "number");
    }
  }

  /** A sparse file of a huge size: nothing of that size is read or allocated. */
  @Test
  void anyFileOfATebibyte_isRefusedByNameAtOnce() throws Exception {
    for (String name : oneOfEachKind()) {
      Path folder = killedStore("huge-" + name);
      Path file = folder.resolve(name);
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(TIB);
      }
      if (name.equals(FileName.LOCK)) {
        open(folder);
      } else {
        assertRefused(folder, file, "");
      }
    }
  }

  @Test
  void everyFileAndFolder_isPrivateToItsOwner() throws Exception {
    Path folder = temporary.resolve("new").resolve("store");
    try (Store store = Store.open(folder, options())) {
      fill(store);
      assertPermissions(folder);
      store.compact();
      assertPermissions(folder);
    }
    assertPermissions(folder);
    assertEquals(
        PosixFilePermissions.fromString("rwx------"),
        Files.getPosixFilePermissions(folder.getParent()));
  }

  private static void assertPermissions(Path folder) throws IOException {
    assertEquals(
        PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(folder));
    Set<PosixFilePermission> expected = PosixFilePermissions.fromString("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          assertEquals(expected, Files.getPosixFilePermissions(file), file.toString());
        } catch (NoSuchFileException e) {
          // The store deletes and renames its files meanwhile.
        }
      }
    }
  }

  /** A link may lead to the folder, but not to a file in it. */
  @Test
  void folderReachedByALink_opens() throws Exception {
    Path folder = killedStore("real");
    Path link = temporary.resolve("link");
    Files.createSymbolicLink(link, folder);
    open(link);
  }

  private static void open(Path folder) throws Exception {
    Deadline.call(
        LIMIT,
        () -> {
          try (Store store = Store.open(folder, options())) {
            assertTrue(store.tree("t").contains(new byte[] {1, 2, 3}));
            assertTrue(store.verify().isIntact());
          }
          return true;
        });
  }

  /** Tables are opened when they are read. */
  private static void openAndRead(Path folder) {
    try (Store store = Store.open(folder, options())) {
      VerifyReport report = store.verify();
      if (report.damage() != null) {
        throw report.damage();
      }
    }
  }

  private static void assertRefused(Path folder, Path file, String reason) throws Exception {
    FirnException e =
        Deadline.call(
            LIMIT, () -> assertThrows(FirnException.class, () -> openAndRead(folder), file + ""));
    String path = folder.toRealPath().resolve(file.getFileName()).toString();
    assertTrue(e.getMessage().contains(path), () -> path + " is not named: " + e);
    assertTrue(e.getMessage().contains(reason), () -> reason + ": " + e);
  }
}
