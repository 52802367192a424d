package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileOperation;
import dev.firn.error.StorageException;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Entry;
import dev.firn.version.Run;
import dev.firn.version.Seeds;
import dev.firn.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompactionJobTest {

  @Test
  void compaction_dropsShadowedAndDeleted() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT b#2,PUT c#3,PUT"), 3);
      store.flush(entries("a#4,PUT b#5,DELETE d#6,PUT"), 6);
      assertTrue(store.compactFull(100, 6));
      assertEquals("[a#0,PUT, c#0,PUT, d#0,PUT]", store.entries().toString());
      assertFalse(store.compactFull(100, 6));
      store.checkFiles();
    }
  }

  /** A run that the compaction leaves out may hold what a deletion hides. */
  @Test
  void compactionOfTheNewestRuns_keepsDeletionsOfKeysInOlderRuns() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT"), 1);
      store.flush(entries("a#2,DELETE"), 2);
      store.flush(entries("b#3,PUT"), 3);
      store.compactRuns(0, 2, true, 3);
      assertEquals("[a#2,DELETE, a#1,PUT, b#0,PUT]", store.entries().toString());
      Entry found = store.get(Entry.key("a"), SequenceNumber.MAX);
      assertTrue(found != null && found.isDelete(), "the deleted key is back: " + found);
      store.compactRuns(0, 2, true, 3);
      assertEquals("[b#0,PUT]", store.entries().toString());
      store.checkFiles();
    }
  }

  /** The same between runs, and for a value: it must not lose its sequence above an older one. */
  @Test
  void compactionOfRunsInTheMiddle_keepsTheOrderOfVersions() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT b#2,PUT c#3,PUT"), 3);
      store.flush(entries("a#4,DELETE"), 4);
      store.flush(entries("b#5,PUT"), 5);
      store.flush(entries("c#6,PUT a#7,PUT"), 7);
      store.compactRuns(1, 2, true, 7);
      assertEquals(3, store.versions.state().shape().runs(0).size());
      assertEquals(
          "[a#7,PUT, a#4,DELETE, a#1,PUT, b#5,PUT, b#2,PUT, c#6,PUT, c#3,PUT]",
          store.entries().toString());
      store.checkInvariant();
    }
  }

  @Test
  void compaction_keepsWhatSnapshotsSee() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT b#2,PUT c#3,PUT"), 3);
      store.flush(entries("a#4,PUT b#5,DELETE a#6,PUT"), 3, 6);
      long before = store.versions.allocateNumber();
      assertTrue(store.compactFull(before, 3, 6));
      assertEquals("[a#6,PUT, a#0,PUT, b#5,DELETE, b#0,PUT, c#0,PUT]", store.entries().toString());
      assertFalse(store.compactFull(before, 3, 6));
      assertTrue(store.compactFull(store.versions.allocateNumber(), 6));
      assertEquals("[a#0,PUT, c#0,PUT]", store.entries().toString());
    }
  }

  @Test
  void compaction_dropsEntriesOfDroppedTrees() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.versions.createTree("two");
      store.flush(entries("1/a#1,PUT 2/a#2,PUT"), 2);
      assertTrue(store.versions.dropTree("one"));
      assertFalse(store.versions.dropTree("one"));
      assertTrue(store.compactFull(100, 2));
      assertEquals("[2/a#0,PUT]", store.entries().toString());
      assertTrue(store.versions.dropTree("two"));
      assertTrue(store.compact(2));
      assertEquals(0, store.versions.state().shape().levels());
      store.checkFiles();
      assertEquals(3, store.versions.createTree("one"));
    }
  }

  @Test
  void compaction_reusesTablesWithoutKeysOfOthers() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(range("k", 0, 300, 1), 300);
      store.compactFull(100, 300);
      Set<Long> before = numbers(store);
      assertTrue(before.size() > 5, before.toString());
      // Overlaps all tables, but has keys in the first and the last only.
      List<Entry> ends = new ArrayList<>(range("k", 0, 1, 1000));
      ends.addAll(range("k", 299, 1, 1001));
      store.policy =
          store.policy.withLevelZeroRuns(1).withLevelZeroCost(100).withLevelBaseBytes(1 << 20);
      store.flush(ends, 2000);
      assertTrue(store.compact(2000));
      Set<Long> kept = new HashSet<>(numbers(store));
      kept.retainAll(before);
      assertEquals(before.size() - 2, kept.size());
      assertEquals(300, store.entries().size());
      store.checkFiles();
    }
  }

  @Test
  void cancelled_leavesNothing() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(range("k", 0, 2000, 1), 2000);
      store.flush(range("k", 0, 2000, 3000), 6000);
      List<String> before = store.files.list(CompactingStore.FOLDER);
      Version version = store.versions.current();
      CompactionEnvironment normal = store.environment(6000);
      int[] asked = {0};
      CompactionEnvironment cancelling =
          new CompactionEnvironment(normal.outputs(), normal.boundaries(), () -> asked[0]++ == 3);
      Compaction all =
          CompactionPicker.pickFull(version.shape(), version.trees(), store.policy, 100, 0)
              .orElseThrow();
      CompactionJob job = new CompactionJob(cancelling, version, store.policy);
      assertThrows(CancellationException.class, () -> job.run(all));
      version.release();
      assertEquals(before, store.files.list(CompactingStore.FOLDER));
      assertEquals(4, asked[0]);
    }
  }

  /** All versions of a key that snapshots keep stay in one table. */
  @Test
  void output_neverSplitsKey() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      List<Entry> entries = new ArrayList<>();
      long[] boundaries = new long[300];
      for (int i = 0; i < boundaries.length; i++) {
        entries.add(Entry.parse((i < 100 ? "a" : i < 200 ? "b" : "c" + i) + "#" + i + ",PUT"));
        boundaries[i] = i;
      }
      store.flush(entries, boundaries);
      assertTrue(numbers(store).size() > 3);
      store.checkInvariant();
      store.compactFull(100, boundaries);
      assertEquals(entries.size(), store.entries().size());
      assertTrue(numbers(store).size() > 3);
    }
  }

  /** An output overlaps a limited number of bytes of the level below. */
  @Test
  void output_limitedByOverlapBelow() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(range("k", 0, 2000, 1), 2000);
      store.compactFull(100, 2000);
      int below = numbers(store).size();
      List<Entry> sparse = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sparse.addAll(range("k", i * 100, 1, 3000 + i));
      }
      store.flush(sparse, 4000);
      Version version = store.versions.current();
      Run top = version.shape().runs(0).getFirst();
      Compaction toThree =
          new Compaction.Merge(
              List.of(new Compaction.Source(0, top.id(), top.tables())),
              new Compaction.Target(3, top.id()),
              true);
      CompactionResult result =
          new CompactionJob(store.environment(4000), version, store.policy).run(toThree);
      assertTrue(result.outputs().size() > 3, below + " tables below " + result.outputs());
      for (TableMetadata table : result.outputs()) {
        long overlapped =
            version
                .shape()
                .runs(4)
                .getFirst()
                .overlapping(table.smallestKey(), table.largestKey())
                .stream()
                .mapToLong(TableMetadata::fileBytes)
                .sum();
        assertTrue(overlapped < 2 * store.policy.maxOverlapBytes(), table + " " + overlapped);
      }
      version.release();
      store.versions.apply(result.edit());
      store.checkInvariant();
      store.checkFiles();
    }
  }

  /** Whatever operation fails, the compaction fails, and its outputs are deleted. */
  @Test
  void failing_leavesNothing() {
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(range("k", 0, 60, 1), 60);
      store.flush(range("k", 0, 60, 100), 200);
      Version version = store.versions.current();
      Compaction all =
          CompactionPicker.pickFull(version.shape(), version.trees(), store.policy, 100, 0)
              .orElseThrow();
      List<String> before = store.files.list(CompactingStore.FOLDER);
      boolean failed = true;
      for (int failing = 0; failed; failing++) {
        int[] left = {failing};
        store.files.failBefore(
            (operation, path) -> {
              if (operation != FileOperation.DELETE && left[0]-- == 0) {
                throw new StorageException(path, "cannot: " + operation, null);
              }
            });
        CompactionJob job = new CompactionJob(store.environment(200), version, store.policy);
        try {
          CompactionResult result = job.run(all);
          failed = false;
          store.files.failBefore((operation, path) -> {});
          store.versions.apply(result.edit());
        } catch (StorageException e) {
          store.files.failBefore((operation, path) -> {});
          assertEquals(before, store.files.list(CompactingStore.FOLDER), "operation " + failing);
        }
      }
      version.release();
      assertEquals(60, store.entries().size());
      store.checkFiles();
    }
  }

  private static List<Entry> entries(String text) {
    return Arrays.stream(text.split(" ")).map(Entry::parse).toList();
  }

  private static List<Entry> range(String prefix, int from, int count, long firstSequence) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(Entry.parse("%s%05d#%d,PUT".formatted(prefix, from + i, firstSequence + i)));
    }
    return entries;
  }

  private static Set<Long> numbers(CompactingStore store) {
    Set<Long> numbers = new HashSet<>();
    store.versions.state().shape().tables().forEach(table -> numbers.add(table.number()));
    return numbers;
  }

  /** Random flushes, compactions, snapshots and dropped trees, compared with all versions ever. */
  @Test
  void compactions_likeModel() {
    for (int round = 0; round < 8; round++) {
      new Model(Seeds.random(round)).run();
    }
  }

  private static final class Model {

    private final Random random;
    private final CompactingStore store = new CompactingStore();
    private final Map<byte[], TreeMap<Long, Entry>> versions =
        new TreeMap<>(Arrays::compareUnsigned);
    private final TreeSet<Long> snapshots = new TreeSet<>();
    private final List<Integer> trees = new ArrayList<>();
    private long sequence;
    private int steps;

    Model(Random random) {
      this.random = random;
    }

    void run() {
      if (random.nextBoolean()) {
        store.policy = store.policy.withLevelZeroCost(1);
      }
      for (int i = 0; i < 3; i++) {
        createTree();
      }
      for (int i = 0; i < 120; i++) {
        step();
      }
      check();
      snapshots.clear();
      long before = store.versions.allocateNumber();
      while (store.compactFull(before, boundaries())) {
        check();
      }
      checkCompact();
      store.checkFiles();
      store.close();
    }

    private void step() {
      int choice = random.nextInt(100);
      if (choice < 40) {
        flush();
      } else if (choice < 48) {
        compactRuns();
      } else if (choice < 80) {
        if (store.compact(boundaries())) {
          steps++;
          check();
        }
      } else if (choice < 88) {
        snapshots.add(sequence);
      } else if (choice < 94 && !snapshots.isEmpty()) {
        snapshots.remove(List.copyOf(snapshots).get(random.nextInt(snapshots.size())));
      } else if (choice < 96) {
        createTree();
      } else if (choice < 98 && trees.size() > 1) {
        int id = trees.remove(random.nextInt(trees.size()));
        assertTrue(store.versions.dropTree("tree" + id));
        versions.keySet().removeIf(key -> key[3] == id);
      } else if (choice == 99) {
        store.compactFull(store.versions.allocateNumber(), boundaries());
        check();
      }
    }

    /** Merges some adjacent runs of level 0. */
    private void compactRuns() {
      int runs = store.versions.state().shape().runs(0).size();
      if (runs > 0) {
        int newest = random.nextInt(runs);
        int count = 1 + random.nextInt(runs - newest);
        store.compactRuns(newest, count, random.nextBoolean(), boundaries());
        check();
      }
    }

    private void createTree() {
      int id = store.nextTreeId();
      assertEquals(id, store.versions.createTree("tree" + id));
      trees.add(id);
    }

    private void flush() {
      List<Entry> entries = new ArrayList<>();
      int count = 1 + random.nextInt(60);
      int start = random.nextInt(200);
      int width = 1 + random.nextInt(200);
      for (int i = 0; i < count; i++) {
        int tree = trees.get(random.nextInt(trees.size()));
        byte[] key = Entry.key(tree + "/key%04d".formatted(start + random.nextInt(width)));
        boolean delete = random.nextInt(3) == 0;
        byte[] value = new byte[delete ? 0 : random.nextInt(60)];
        random.nextBytes(value);
        Entry entry = new Entry(key, SequenceNumber.trailer(++sequence, delete ? 0 : 1), value);
        entries.add(entry);
        versions.computeIfAbsent(key, k -> new TreeMap<>()).put(sequence, entry);
      }
      store.flush(entries, boundaries());
    }

    private long[] boundaries() {
      TreeSet<Long> all = new TreeSet<>(snapshots);
      all.add(sequence);
      return all.stream().mapToLong(Long::longValue).toArray();
    }

    private void check() {
      store.checkInvariant();
      for (long boundary : boundaries()) {
        for (Map.Entry<byte[], TreeMap<Long, Entry>> key : versions.entrySet()) {
          Map.Entry<Long, Entry> newest = key.getValue().floorEntry(boundary);
          check(newest == null ? null : newest.getValue(), store.get(key.getKey(), boundary));
        }
      }
      assertNull(store.get(Entry.key("no such key"), SequenceNumber.MAX));
    }

    private static void check(@Nullable Entry expected, @Nullable Entry found) {
      if (expected == null || expected.isDelete()) {
        assertTrue(found == null || found.isDelete());
      } else if (found == null) {
        assertEquals(expected, found);
      } else {
        assertTrue(Arrays.equals(expected.value(), found.value()), expected + " " + found);
        assertTrue(found.sequence() == expected.sequence() || found.sequence() == 0);
      }
    }

    /** Checks that only one version of each existing key is left. */
    private void checkCompact() {
      List<Entry> expected = new ArrayList<>();
      versions.forEach(
          (key, all) -> {
            Entry newest = all.lastEntry().getValue();
            if (!newest.isDelete()) {
              expected.add(new Entry(key, SequenceNumber.trailer(0, 1), newest.value()));
            }
          });
      assertEquals(expected, store.entries());
      assertTrue(steps > 0);
    }
  }
}
