package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A {@link MemoryFileSystem} after a power cut. */
final class PowerCutTest extends PowerCutFixture {

  @Test
  void newName_isDurableAfterTheSyncOfItsFolder() {
    try (AppendFile file = fs.create(file("a"))) {
      append(file, "one");
      file.sync();
      assertEquals(Set.of("-", "one"), outcomes("a"));
      fs.syncDirectory(FOLDER);
      assertEquals(Set.of("one"), outcomes("a"));
    }
  }

  @Test
  void folder_isDurableAtOnce() {
    fs.createDirectories(file("d/e"));
    assertTrue(fs.crashCloneSyncedOnly().isDirectory(file("d/e")));
  }

  @Test
  void folderSync_doesNotSyncTheFile() {
    try (AppendFile file = fs.create(file("a"))) {
      append(file, "one");
      fs.syncDirectory(FOLDER);
      assertEquals("", text(fs.crashCloneSyncedOnly(), "a"));
      assertTrue(outcomes("a").containsAll(Set.of("", "one", "\0\0\0")));
    }
  }

  @Test
  void rename_isAtomic() {
    for (String name : List.of("a", "b")) {
      try (AppendFile file = fs.create(file(name))) {
        append(file, name);
        file.sync();
      }
    }
    fs.syncDirectory(FOLDER);
    fs.rename(file("a"), file("b"));
    assertEquals(Set.of("a b", "- a"), outcomes("a", "b"));
    fs.syncDirectory(FOLDER);
    assertEquals(Set.of("- a"), outcomes("a", "b"));
  }

  @Test
  void rename_ofANewFileThatWasNotSynced() {
    try (AppendFile file = fs.create(file("a"))) {
      append(file, "one");
      file.sync();
    }
    fs.rename(file("a"), file("b"));
    assertEquals(Set.of("- -", "one -", "- one"), outcomes("a", "b"));
  }

  @Test
  void rename_twiceLeavesOneName() {
    try (AppendFile file = fs.create(file("a"))) {
      append(file, "one");
      file.sync();
    }
    fs.syncDirectory(FOLDER);
    fs.rename(file("a"), file("b"));
    fs.rename(file("b"), file("c"));
    assertEquals(Set.of("one - -", "- one -", "- - one"), outcomes("a", "b", "c"));
  }

  @Test
  void delete_mayComeBack() {
    try (AppendFile file = fs.create(file("a"))) {
      append(file, "one");
      file.sync();
    }
    fs.syncDirectory(FOLDER);
    fs.delete(file("a"));
    assertEquals(Set.of("-", "one"), outcomes("a"));
    assertEquals(3, fs.crashCloneSyncedOnly().size(file("a")));
    fs.syncDirectory(FOLDER);
    assertEquals(Set.of("-"), outcomes("a"));
  }

  @Test
  void names_areLostInAnyOrder() {
    for (String name : List.of("a", "b")) {
      try (AppendFile file = fs.create(file(name))) {
        append(file, name);
        file.sync();
      }
    }
    assertEquals(Set.of("- -", "a -", "- b", "a b"), outcomes("a", "b"));
  }

  // Bytes

  @Test
  void appended_lengthAndBytesAreLostSeparately() {
    try (AppendFile file = fs.create(file("a"))) {
      append(file, "12");
      file.sync();
      fs.syncDirectory(FOLDER);
      append(file, "34");
      assertEquals(Set.of("12", "123", "12\0", "1234", "12\0\0"), outcomes("a"));
      file.sync();
      assertEquals(Set.of("1234"), outcomes("a"));
    }
  }

  @Test
  void mapped_sync_includesTheWholePageAndNoOther() {
    fs.allocate(file("a"), 3 * 4096);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      for (int at : new int[] {0, 4095, 4096, 8191, 8192}) {
        file.write(at, bytes("x"), 0, 1);
      }
      file.sync(5000, 1);
      byte[] left = content(fs.crashCloneSyncedOnly(), file("a"));
      assertEquals(0, left[0]);
      assertEquals(0, left[4095]);
      assertEquals('x', left[4096]);
      assertEquals('x', left[8191]);
      assertEquals(0, left[8192]);
    }
  }

  @Test
  void mapped_pageIsAsOfAnyStore() {
    fs.allocate(file("a"), 100);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      for (String letter : List.of("1", "2", "3")) {
        file.write(0, bytes(letter), 0, 1);
      }
      Set<String> seen = new TreeSet<>();
      outcomes("a").forEach(outcome -> seen.add(outcome.substring(0, 1)));
      assertEquals(Set.of("\0", "1", "2", "3"), seen);
    }
  }

  @Test
  void mapped_pageIsTornBetweenSectors() {
    fs.allocate(file("a"), 4096);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      file.write(0, MemorySegment.ofArray(filled(4096, 'x')), 0, 4096);
      boolean torn = false;
      for (String outcome : outcomes("a")) {
        for (int sector = 0; sector < 8; sector++) {
          String bytes = outcome.substring(sector * 512, sector * 512 + 512);
          assertTrue(bytes.equals("x".repeat(512)) || bytes.equals("\0".repeat(512)));
        }
        torn |= outcome.indexOf('x') >= 0 && outcome.indexOf('\0') >= 0;
      }
      assertTrue(torn);
    }
  }

  @Test
  void recycledFile_keepsItsFormerBytesUntilSynced() {
    fs.allocate(file("a"), 100);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      file.write(0, bytes("old"), 0, 3);
      file.sync(0, 100);
    }
    fs.rename(file("a"), file("b"));
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("b"))) {
      file.write(0, bytes("new"), 0, 3);
      assertEquals("old", text(fs.crashCloneSyncedOnly(), "b").substring(0, 3));
      assertEquals("new", text(fs.crashClone(PowerCut.everything()), "b").substring(0, 3));
    }
  }

  @Test
  void storeThatWasNotRecorded_isFoundAtTheNextSync() {
    fs.allocate(file("a"), 5000);
    MemoryMappedFile file = (MemoryMappedFile) fs.map(file("a"));
    file.memory.set(ValueLayout.JAVA_BYTE, 4999, (byte) 1);
    assertThrows(AssertionError.class, () -> file.sync(0, 1));
    assertThrows(AssertionError.class, file::close);
  }

  // In the middle of a sync

  /** Runs an action in the middle of the next sync, and returns the outcomes of a cut after it. */
  private Set<String> outcomesDuring(FileOperation sync, Runnable action, String... names) {
    Set<String> outcomes = new TreeSet<>();
    fs.failBefore(
        new FaultInjection() {
          @Override
          public void before(FileOperation operation, Path path) {}

          @Override
          public void during(FileOperation operation, Path path) {
            assertEquals(sync, operation);
            fs.failBefore(FaultInjection.NONE);
            action.run();
            outcomes.addAll(outcomes(names));
          }
        });
    return outcomes;
  }

  @Test
  void sync_promisesNothingBeforeItReturns_norWhatIsStoredMeanwhile() {
    fs.allocate(file("a"), 1);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      file.write(0, bytes("1"), 0, 1);
      Set<String> during =
          outcomesDuring(FileOperation.SYNC, () -> file.write(0, bytes("2"), 0, 1), "a");
      file.sync(0, 1);
      assertEquals(Set.of("\0", "1", "2"), during);
      assertEquals(Set.of("1", "2"), outcomes("a"));
      file.sync(0, 1);
      assertEquals(Set.of("2"), outcomes("a"));
    }
  }

  @Test
  void sync_insideAnotherOne_isNotUndone() {
    fs.allocate(file("a"), 1);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      file.write(0, bytes("1"), 0, 1);
      outcomesDuring(
          FileOperation.SYNC,
          () -> {
            file.write(0, bytes("2"), 0, 1);
            file.sync(0, 1);
            file.write(0, bytes("3"), 0, 1);
          },
          "a");
      file.sync(0, 1);
      assertEquals(Set.of("2", "3"), outcomes("a"));
    }
  }

  @Test
  void folderSync_promisesNothingBeforeItReturns_norWhatIsNamedMeanwhile() {
    fs.allocate(file("a"), 1);
    Set<String> during =
        outcomesDuring(
            FileOperation.SYNC_DIRECTORY, () -> fs.rename(file("a"), file("b")), "a", "b");
    fs.syncDirectory(FOLDER);
    assertEquals(Set.of("- -", "\0 -", "- \0"), during);
    assertEquals(Set.of("\0 -", "- \0"), outcomes("a", "b"));
  }

  @Test
  void fingerprint_differsByNamesAndBytes() {
    long empty = fs.fingerprint(FOLDER, name -> true);
    fs.allocate(file("a"), 5000);
    long zeros = fs.fingerprint(FOLDER, name -> true);
    assertNotEquals(empty, zeros);
    assertEquals(empty, fs.fingerprint(FOLDER, name -> !name.equals("a")));
    try (MappedFile file = fs.map(file("a"))) {
      file.write(4999, bytes("x"), 0, 1);
      assertNotEquals(zeros, fs.fingerprint(FOLDER, name -> true));
      file.write(4999, bytes("\0"), 0, 1);
      assertEquals(zeros, fs.fingerprint(FOLDER, name -> true));
    }
  }
}
