package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract's first part: folders and names. */
abstract class FolderContract extends FileSystemFixture {

  @Test
  void createDirectories_several() {
    fs().createDirectories(file("a/b/c"));
    assertTrue(fs().isDirectory(file("a/b/c")));
    assertEquals(List.of("b"), fs().list(file("a")));
  }

  @Test
  void createDirectories_existing() {
    fs().createDirectories(file("a/b"));
    write("a/b/x", "");
    fs().createDirectories(file("a/b"));
    assertEquals(List.of("x"), fs().list(file("a/b")));
  }

  @Test
  void createDirectories_overAFile() {
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
  void syncDirectory_folderFileAndNothing() {
    write("a", "");
    fs().syncDirectory(folder());
    assertFails(file("a"), () -> fs().syncDirectory(file("a")));
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
}
