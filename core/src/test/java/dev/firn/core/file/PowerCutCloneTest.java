package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.Seed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The images that a power cut leaves of a {@link MemoryFileSystem}. */
final class PowerCutCloneTest extends PowerCutFixture {

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
}
