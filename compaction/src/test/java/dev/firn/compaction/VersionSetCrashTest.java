package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.version.Entry;
import dev.firn.version.Seeds;
import dev.firn.version.StoreState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Crashes before every operation on a file: what is opened then is the state after some number of
 * the edits, no fewer than were acknowledged and no more than were asked for.
 */
class VersionSetCrashTest {

  /** What a crash left, and which edits it may have. */
  private record Image(MemoryFileSystem files, int acknowledged, int asked, String origin) {}

  private static final int ROUNDS = Integer.getInteger("firn.rounds", 1);

  private final List<Image> images = new ArrayList<>();
  private final List<String> states = new ArrayList<>();
  private final List<String> contents = new ArrayList<>();
  private int asked;
  private int acknowledged;

  @Test
  void crash_beforeEveryOperation() {
    for (int round = 0; round < ROUNDS; round++) {
      images.clear();
      states.clear();
      contents.clear();
      Random random = Seeds.random(round);
      MemoryFileSystem files = new MemoryFileSystem();
      files.createDirectories(TestStore.FOLDER);
      files.syncDirectory(TestStore.FOLDER);
      acknowledged = -1;
      asked = -1;
      List<Long> seeds = List.of(random.nextLong(), random.nextLong());
      files.failBefore((operation, path) -> crash(files, seeds, operation + " " + path));
      script(files, random);
      files.failBefore((operation, path) -> {});
      images.forEach(this::check);
    }
  }

  private void crash(MemoryFileSystem files, List<Long> seeds, String origin) {
    add(files.processKillClone(), origin + " killed");
    add(files.crashCloneSyncedOnly(), origin + " synced only");
    add(files.crashClone(PowerCut.everything()), origin + " everything");
    add(files.crashClone(keepingNames(Set.of("CURRENT"))), origin + " new name of CURRENT alone");
    for (long seed : seeds) {
      add(files.crashClone(seed + images.size()), origin + " random");
    }
  }

  /** Names get to the device in any order. */
  private static PowerCut keepingNames(Set<String> names) {
    PowerCut everything = PowerCut.everything();
    return new PowerCut() {
      @Override
      public boolean keepsName(Path file) {
        return names.contains(file.getFileName().toString());
      }

      @Override
      public long length(Path file, long synced, long newest) {
        return everything.length(file, synced, newest);
      }

      @Override
      public void versions(Path file, long page, int newest, int[] versions) {
        everything.versions(file, page, newest, versions);
      }
    };
  }

  private void add(MemoryFileSystem image, String origin) {
    images.add(new Image(image, acknowledged, asked, origin));
  }

  /** Opens, creates trees, flushes, merges, closes; twice. */
  private void script(MemoryFileSystem files, Random random) {
    long sequence = 0;
    for (int session = 0; session < 2; session++) {
      asked = Math.max(asked, 0);
      TestStore store = new TestStore(files);
      acknowledge(store);
      for (int i = 0; i < 3; i++) {
        int id = store.versions.trees().nextId();
        asked++;
        store.versions.createTree("tree" + id);
        acknowledge(store);
        List<Entry> entries = new ArrayList<>();
        for (int k = 0; k < 10; k++) {
          String key = id + "/" + (char) ('a' + random.nextInt(20));
          entries.add(Entry.parse(key + "#" + ++sequence + ",PUT"));
        }
        asked++;
        store.flush(entries, sequence);
        acknowledge(store);
      }
      asked++;
      store.compactFull(store.versions.allocateNumber(), sequence);
      acknowledge(store);
      store.close();
    }
  }

  private void acknowledge(TestStore store) {
    acknowledged = asked;
    if (states.size() == asked) {
      states.add(text(store));
      contents.add(store.entries().toString());
    }
  }

  private static String text(TestStore store) {
    StoreState state = store.versions.state();
    return state.shape().snapshot() + " " + state.trees().snapshot() + " " + state.lastSequence();
  }

  private void check(Image image) {
    String origin = image.origin() + ", acknowledged " + image.acknowledged();
    Set<Long> numbers = new HashSet<>();
    String first;
    try (TestStore store = open(image, origin)) {
      first = text(store);
      int found = states.subList(0, Math.max(1, image.asked() + 1)).lastIndexOf(first);
      assertTrue(found >= image.acknowledged(), origin + ": found " + found);
      assertEquals(contents.get(Math.max(0, found)), store.entries().toString(), origin);
      store.checkInvariant();
      store.checkFiles();
      numbers.add(store.versions.allocateNumber());
      store.versions.createTree("after");
    }
    try (TestStore store = open(image, origin)) {
      assertTrue(store.versions.trees().id("after").isPresent(), origin);
      assertTrue(numbers.add(store.versions.allocateNumber()), origin);
    }
  }

  private static TestStore open(Image image, String origin) {
    try {
      return new TestStore(image.files());
    } catch (RuntimeException e) {
      throw new AssertionError(origin, e);
    }
  }
}
