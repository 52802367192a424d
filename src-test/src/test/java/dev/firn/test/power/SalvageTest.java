package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import dev.firn.test.power.SyncSite.Reached;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * A damaged journal is salvaged, then the power is cut: the next opening needs no salvage and finds
 * what was salvaged and what was synced after that. Without the sync of salvage's repair it would
 * find the damage again.
 */
final class SalvageTest {

  private static final int RECORDS = 20;
  private static final int DAMAGED = 11;
  private static final byte[] VALUE = new byte[300];

  @Test
  void afterSalvage_powerCut_losesNothing_andTheSyncIsMissed() {
    Seed.run(
        seed -> {
          Salvage whole = new Salvage(seed, way -> false);
          assertEquals(Set.of(), whole.wrong(), "nothing was left out");
          // Two per synced put, and more if a segment is prepared in the background meanwhile.
          assertTrue(whole.cuts.images() >= 6, () -> "images: " + whole.cuts.images());
          assertEquals(1, whole.repairs.size(), () -> "syncs: " + whole.repairs);
          for (Reached repair : whole.repairs) {
            Salvage without = new Salvage(seed, repair::equals);
            assertFalse(without.wrong().isEmpty(), () -> "not noticed: " + repair);
          }
        });
  }

  /** One salvaged store; the promise is the number of records synced after the salvage. */
  private static final class Salvage {

    private final Random random;
    private final Cuts<Integer> cuts;
    private final Set<Reached> repairs = new ConcurrentSkipListSet<>();

    Salvage(long seed, Predicate<Reached> leftOut) {
      MemoryFileSystem files = damaged();
      MemoryDisk disk =
          new MemoryDisk(files, new SiteFileSystem(files, this::note, leftOut, path -> false));
      this.random = new Random(seed);
      this.cuts = new Cuts<>(files, 0);
      assertThrows(CorruptionException.class, () -> disk.open(TinyOptions.smallest()));
      try (Store store = disk.open(TinyOptions.smallest().toBuilder().salvage(true).build())) {
        Tree tree = store.tree("t");
        assertEquals(DAMAGED, found(tree, 0));
        cuts.begin();
        for (int i = 1; i <= 3; i++) {
          tree.put(key(RECORDS + i), VALUE, Durability.SYNCED);
          cuts.promise(i);
        }
        cuts.end();
      }
    }

    private void note(Reached way) {
      if (way.site().place().startsWith("JournalFolder.repair")) {
        repairs.add(way);
      }
    }

    Set<String> wrong() {
      return cuts.wrong(
          random,
          (store, synced) -> {
            Tree tree = store.tree("t");
            int salvaged = found(tree, 0);
            int since = found(tree, RECORDS + 1);
            return salvaged == DAMAGED && since >= synced
                ? Optional.empty()
                : Optional.of(salvaged + " records salvaged, " + since + " since");
          });
    }
  }

  private static MemoryFileSystem damaged() {
    MemoryFileSystem files = new MemoryFileSystem();
    MemoryFileSystem killed;
    try (Store store = new MemoryDisk(files).open(TinyOptions.smallest())) {
      for (int i = 0; i < RECORDS; i++) {
        store.tree("t").put(key(i), VALUE, Durability.SYNCED);
      }
      killed = files.crashClone(PowerCut.everything());
    }
    Path journal =
        killed.list(MemoryDisk.DIRECTORY).stream()
            .filter(name -> FileName.journalNumber(name).isPresent())
            .sorted()
            .findFirst()
            .map(MemoryDisk.DIRECTORY::resolve)
            .orElseThrow();
    try (MappedFile file = killed.map(journal)) {
      long at = find(file.memory(), key(DAMAGED));
      file.write(at, MemorySegment.ofArray(new byte[] {'?'}), 0, 1);
      file.sync(0, file.size());
    }
    return killed;
  }

  private static long find(MemorySegment memory, byte[] bytes) {
    MemorySegment wanted = MemorySegment.ofArray(bytes);
    long at = 0;
    while (memory.asSlice(at, bytes.length).mismatch(wanted) != -1) {
      at++;
    }
    return at;
  }

  /** Number of consecutive keys from one on. */
  private static int found(Tree tree, int first) {
    int i = first;
    while (tree.get(key(i)) != null) {
      i++;
    }
    return i - first;
  }

  private static byte[] key(int i) {
    return "key %02d".formatted(i).getBytes(StandardCharsets.US_ASCII);
  }
}
