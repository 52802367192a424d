package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.Seed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A {@link MemoryFileSystem} after a power cut. */
class PowerCutTest {

  private static final Path FOLDER = Path.of("/store");

  private final MemoryFileSystem fs = new MemoryFileSystem();

  @BeforeEach
  void createFolder() {
    fs.createDirectories(FOLDER);
  }

  private static Path file(String name) {
    return FOLDER.resolve(name);
  }

  private static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] content(FileSystem fs, Path path) {
    try (ReadFile file = fs.openRead(path)) {
      byte[] content = new byte[(int) file.size()];
      file.read(0, MemorySegment.ofArray(content), 0, content.length);
      return content;
    }
  }

  private static String text(FileSystem fs, String name) {
    return new String(content(fs, file(name)), StandardCharsets.US_ASCII);
  }

  private void append(AppendFile file, String text) {
    MemorySegment source = bytes(text);
    file.append(source, 0, source.byteSize());
  }

  /** The outcomes of many seeds, in a readable form. */
  private Set<String> outcomes(String... names) {
    Set<String> outcomes = new TreeSet<>();
    for (long seed = 0; seed < 300; seed++) {
      MemoryFileSystem left = fs.crashClone(seed);
      StringBuilder outcome = new StringBuilder();
      for (String name : names) {
        String shown = left.exists(file(name)) ? text(left, name) : "-";
        outcome.append(outcome.isEmpty() ? "" : " ").append(shown);
      }
      outcomes.add(outcome.toString());
    }
    return outcomes;
  }

  // Names

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

  private static byte[] filled(int length, char letter) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) letter);
    return bytes;
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
  void clone_isRepeatable() {
    fs.allocate(file("a"), 100_000);
    try (MappedFile file = fs.map(file("a"))) {
      for (int i = 0; i < 100_000; i += 1000) {
        file.write(i, bytes("x"), 0, 1);
      }
      fs.syncDirectory(FOLDER);
      for (long seed = 0; seed < 20; seed++) {
        assertEquals(text(fs.crashClone(seed), "a"), text(fs.crashClone(seed), "a"));
      }
    }
  }

  @Test
  void clone_sharesNothing() {
    fs.allocate(file("a"), 10);
    fs.syncDirectory(FOLDER);
    try (MappedFile file = fs.map(file("a"))) {
      file.write(0, bytes("one"), 0, 3);
      MemoryFileSystem clone = fs.crashClone(PowerCut.everything());
      file.write(0, bytes("two"), 0, 3);
      try (MappedFile cloned = clone.map(file("a"))) {
        cloned.write(3, bytes("xyz"), 0, 3);
        cloned.sync(0, 10);
      }
      fs.delete(file("a"));
      assertEquals("onexyz", text(clone, "a").substring(0, 6));
      assertEquals("onexyz", text(clone.crashCloneSyncedOnly(), "a").substring(0, 6));
      assertNotEquals(fs.bootId(), clone.bootId());
      assertNotEquals(clone.bootId(), clone.crashCloneSyncedOnly().bootId());
    }
  }

  // Everything at random, against a list of all versions of each page

  private static final int PAGES = 5;

  @Test
  void sectors_areThoseOfAVersionSinceTheLastSync() {
    SplittableRandom random = new SplittableRandom(Seed.of(getClass()));
    fs.allocate(file("a"), PAGES * 4096);
    fs.syncDirectory(FOLDER);
    byte[] now = new byte[PAGES * 4096];
    List<List<byte[]>> versions = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      versions.add(new ArrayList<>(List.of(new byte[4096])));
    }
    try (MappedFile file = fs.map(file("a"))) {
      for (int i = 0; i < 500; i++) {
        int at = random.nextInt(now.length);
        int length = random.nextInt(Math.min(6000, now.length - at)) + 1;
        if (random.nextInt(5) == 0) {
          file.sync(at, length);
          pagesOf(at, length)
              .forEach(page -> versions.set(page, new ArrayList<>(List.of(page(now, page)))));
        } else {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          file.write(at, MemorySegment.ofArray(bytes), 0, length);
          System.arraycopy(bytes, 0, now, at, length);
          pagesOf(at, length).forEach(page -> versions.get(page).add(page(now, page)));
        }
        assertAllowed(content(fs.crashClone(random.nextLong()), file("a")), versions);
        assertArrayEquals(now, content(fs.crashClone(PowerCut.everything()), file("a")));
        assertArrayEquals(now, content(fs.processKillClone(), file("a")));
        byte[] synced = content(fs.processKillClone().crashCloneSyncedOnly(), file("a"));
        for (int page = 0; page < PAGES; page++) {
          assertArrayEquals(versions.get(page).getFirst(), page(synced, page));
        }
      }
    }
  }

  private static List<Integer> pagesOf(int at, int length) {
    List<Integer> pages = new ArrayList<>();
    for (int page = at / 4096; page * 4096 < at + length; page++) {
      pages.add(page);
    }
    return pages;
  }

  private static byte[] page(byte[] file, int page) {
    return Arrays.copyOfRange(file, page * 4096, page * 4096 + 4096);
  }

  private static void assertAllowed(byte[] left, List<List<byte[]>> versions) {
    for (int page = 0; page < PAGES; page++) {
      for (int sector = 0; sector < 8; sector++) {
        int in = sector * 512;
        int from = page * 4096 + in;
        assertTrue(
            versions.get(page).stream()
                .anyMatch(version -> Arrays.equals(left, from, from + 512, version, in, in + 512)),
            "page " + page + " sector " + sector);
      }
    }
  }

  // Concurrency

  /** Each writer fills its page with a number, then syncs, then publishes the number. */
  @Test
  void clone_duringWritesHasWhatWasSynced() throws Exception {
    int writers = 3;
    fs.allocate(file("a"), writers * 4096L);
    fs.syncDirectory(FOLDER);
    int[] synced = new int[writers];
    AtomicBoolean stop = new AtomicBoolean();
    try (MappedFile file = fs.map(file("a"))) {
      List<Thread> threads = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 1; i < 100 && !stop.get(); i++) {
                        MemorySegment source = MemorySegment.ofArray(filled(4096, (char) i));
                        file.write(writer * 4096L, source, 0, 4096);
                        file.sync(writer * 4096L, 4096);
                        synchronized (synced) {
                          synced[writer] = i;
                        }
                      }
                    }));
      }
      try {
        for (int i = 0; i < 100; i++) {
          int[] before;
          synchronized (synced) {
            before = synced.clone();
          }
          byte[] left = content(fs.crashClone(i), file("a"));
          for (int at = 0; at < left.length; at++) {
            assertTrue(left[at] >= before[at / 4096], "lost at " + at);
          }
        }
      } finally {
        stop.set(true);
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }
    assertFalse(fs.exists(file("b")));
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
