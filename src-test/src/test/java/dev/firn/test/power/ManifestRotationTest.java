package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import dev.firn.test.power.SyncSite.Call;
import dev.firn.test.power.SyncSite.Reached;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Power cuts while a manifest of a megabyte is replaced, which the scripts of other tests are too
 * short for; and its negative controls: leaving out any of its syncs must be noticed.
 * {@link SyncControl} covers the renames.
 */
final class ManifestRotationTest {

  private static final int SYNCS = 4;

  /** How many of them a run leaves out, each alone: another one with each seed. */
  private static final int LEFT_OUT = 1;

  @Test
  void rotation_losesNothing_andASyncThatIsLeftOutIsMissed() {
    Seed.run(
        seed -> {
          Rotation whole = new Rotation(seed, way -> false);
          assertEquals(Set.of(), whole.wrong(), "nothing was left out");
          assertTrue(whole.cuts.images() > 50, () -> "images: " + whole.cuts.images());
          assertEquals(SYNCS, whole.syncs.size(), () -> "syncs: " + whole.syncs);
          List<Reached> leftOut = new ArrayList<>(whole.syncs);
          Collections.shuffle(leftOut, new Random(seed));
          for (Reached sync : leftOut.subList(0, LEFT_OUT)) {
            Rotation without = new Rotation(seed, sync::equals);
            assertFalse(without.wrong().isEmpty(), () -> "not noticed: " + sync);
          }
        });
  }

  /** One store whose manifest is replaced; the promise is the possible sets of trees. */
  private static final class Rotation {

    private final Random random;
    private final Cuts<List<Set<String>>> cuts;
    private final Set<Reached> syncs = new ConcurrentSkipListSet<>();
    private final Set<String> trees = new TreeSet<>();
    private Set<String> before = Set.of();
    private volatile boolean begun;

    Rotation(long seed, Predicate<Reached> leftOut) {
      MemoryFileSystem files = new MemoryFileSystem();
      this.random = new Random(seed);
      this.cuts = new Cuts<>(files, List.of());
      SiteFileSystem view = new SiteFileSystem(files, this::note, leftOut, path -> false);
      try (Store store = new MemoryDisk(files, view).open(TinyOptions.smallest())) {
        create(store, "stays");
        for (int i = 0, behind = 0; behind < 2; i++) {
          behind += begun ? 1 : 0;
          String name = "%0255d".formatted(i);
          create(store, name);
          drop(store, name);
        }
        cuts.end();
      }
    }

    private void note(Reached way) {
      if (way.path().contains("ManifestLog.rotate")) {
        begun = true;
        cuts.begin();
        if (way.site().call() != Call.RENAME) {
          syncs.add(way);
        }
      }
    }

    private void create(Store store, String name) {
      trees.add(name);
      change(() -> store.tree(name));
    }

    private void drop(Store store, String name) {
      trees.remove(name);
      change(() -> store.dropTree(name));
    }

    /** Until the change returns, the trees may be those of before or after it. */
    private void change(Runnable change) {
      Set<String> after = Set.copyOf(trees);
      cuts.promise(List.of(before, after));
      change.run();
      cuts.promise(List.of(after));
      before = after;
    }

    Set<String> wrong() {
      return cuts.wrong(
          random,
          (store, possible) ->
              possible.contains(Set.copyOf(store.treeNames()))
                  ? Optional.empty()
                  : Optional.of(store.treeNames().size() + " trees"));
    }
  }
}
