package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.core.file.FileName;
import dev.firn.core.file.RealFileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.FormatVersionException;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders that are no store or an incomplete one: a clear error names the path, and nothing
 * changes.
 */
final class ForeignFolderTest {

  @TempDir private Path folder;

  @Test
  void folderWithOtherFiles_isRefusedAndUntouched() throws IOException {
    Files.writeString(folder.resolve("letter.txt"), "Dear reader");
    assertRefused(StoreOptions.defaults());
  }

  @Test
  void folderWithAFileOfAStoresName_isRefusedAndUntouched() throws IOException {
    Files.writeString(folder.resolve("000001.table"), "not a table");
    assertRefused(StoreOptions.defaults());
  }

  @Test
  void folderWithAJournalOnly_isRefusedAndUntouched() throws IOException {
    Files.write(FileName.journal(folder, 3), new byte[16 << 10]);
    assertRefused(StoreOptions.defaults());
  }

  @Test
  void missingFolder_isRefusedWhenNotToBeCreated() {
    Path missing = folder.resolve("missing");
    StoreOptions options = StoreOptions.builder().createIfMissing(false).build();
    StorageException e = assertThrows(StorageException.class, () -> Store.open(missing, options));
    assertTrue(e.getMessage().contains(missing.toString()), e::getMessage);
    assertFalse(Files.exists(missing));
  }

  @Test
  void emptyFolder_isRefusedWhenNotToBeCreated() {
    assertRefused(StoreOptions.builder().createIfMissing(false).build());
  }

  @Test
  void file_isRefusedAndUntouched() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    FirnException e = assertThrows(FirnException.class, () -> Store.open(file));
    assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
    assertEquals("text", Files.readString(file));
  }

  @Test
  void folderThatCannotBeMade_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    Path below = file.resolve("store");
    FirnException e = assertThrows(FirnException.class, () -> Store.open(below));
    assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
  }

  @Test
  void missingFile_isNamedAndNothingTouched() {
    DamageFixture killed = DamageFixture.killed();
    for (DamageFixture fixture : List.of(DamageFixture.closed(), killed)) {
      for (String name : fixture.image().names()) {
        // No file names the newest segment yet: see the limits in docs/format/journal.md.
        if (!fixture.equals(killed) || !name.equals(fixture.newestJournal())) {
          assertNamedOrNotNeeded(fixture, name);
        }
      }
    }
  }

  private static void assertNamedOrNotNeeded(DamageFixture fixture, String name) {
    StoreImage damaged = fixture.image().without(name);
    MemoryDisk disk = new MemoryDisk(damaged.toFileSystem());
    try (Store store = disk.open(DamageFixture.options())) {
      assertTrue(fixture.isWhole(store), () -> "without " + name);
    } catch (FirnException e) {
      assertTrue(e.getMessage().contains(name), () -> "without " + name + ": " + e);
      assertEquals(
          List.of(),
          damaged.differences(StoreImage.of(disk.files(), MemoryDisk.DIRECTORY)),
          () -> "without " + name);
    }
    disk.assertNothingOpen();
  }

  @Test
  void newerFormat_isToldFromDamageAndNothingTouched() {
    DamageFixture fixture = DamageFixture.killed();
    String text = new String(fixture.image().bytes(FileName.LOCK), StandardCharsets.US_ASCII);
    assertTrue(text.contains("format 1\n"), text);
    byte[] newer = text.replace("format 1\n", "format 7\n").getBytes(StandardCharsets.US_ASCII);
    StoreImage image = fixture.image().with(FileName.LOCK, newer);
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    for (int i = 0; i < 2; i++) {
      FormatVersionException e =
          assertThrows(FormatVersionException.class, () -> disk.open(DamageFixture.options()));
      assertEquals(7, e.found());
      assertTrue(e.getMessage().contains(FileName.LOCK), e::getMessage);
    }
    StoreImage after = StoreImage.of(disk.files(), MemoryDisk.DIRECTORY);
    assertEquals(List.of(), image.differences(after));
    assertArrayEquals(newer, after.bytes(FileName.LOCK));
    disk.assertNothingOpen();
  }

  private void assertRefused(StoreOptions options) {
    RealFileSystem files = new RealFileSystem();
    StoreImage before = StoreImage.of(files, folder);
    FirnException e = assertThrows(FirnException.class, () -> Store.open(folder, options));
    assertTrue(e.getMessage().contains(folder.toString()), e::getMessage);
    assertEquals(List.of(), before.differences(StoreImage.of(files, folder)));
  }
}
