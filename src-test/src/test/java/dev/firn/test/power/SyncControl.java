package dev.firn.test.power;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.power.PowerRun.Effort;
import dev.firn.test.power.SyncSite.Reached;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A negative control: the engine with one of its syncs or renames left out. A power cut must then
 * break a promise, and the check must notice. If it does not, the check is blind or the engine does
 * something in vain.
 */
final class SyncControl {

  private static final Effort EFFORT = new Effort(60, 6, 4);

  /** Enough to reach all places, those of recovery too. */
  private static final Effort LITTLE = new Effort(15, 2, 3);

  private final Predicate<Reached> leftOut;
  private final Predicate<Path> early;
  private volatile boolean reached;

  /**
   * @param leftOut chooses what is not done
   * @param early chooses the temporary files that are made under their final names
   */
  SyncControl(Predicate<Reached> leftOut, Predicate<Path> early) {
    this.leftOut = leftOut;
    this.early = early;
  }

  /** Leaves out what the engine does on this way to a place. */
  static SyncControl without(Reached way) {
    return new SyncControl(way::equals, path -> false);
  }

  /** Makes temporary files of a kind under their final names, which is what the rename prevents. */
  static SyncControl withoutRename(String kind) {
    return new SyncControl(way -> false, path -> String.valueOf(path.getFileName()).contains(kind));
  }

  /** Whether the last attempt reached what is left out. */
  boolean isReached() {
    return reached;
  }

  Optional<Throwable> attempt(long seed) {
    return attempt(seed, EFFORT);
  }

  /** The same with less checking, to see which places are reached. */
  Optional<Throwable> look(long seed) {
    return attempt(seed, LITTLE);
  }

  private Optional<Throwable> attempt(long seed, Effort effort) {
    Start start = seed % 3 != 0 ? Start.used() : Start.empty();
    reached = false;
    PowerRun run =
        new PowerRun(
            Scripts.random(seed, 10 + (int) (seed % 50)),
            effort,
            seed,
            (fingerprint, depth) -> {},
            this::view);
    try {
      run.run(start.files(), start.newModel());
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(e);
    }
  }

  private FileSystem view(MemoryFileSystem files) {
    return new SiteFileSystem(files, this::note, leftOut, early);
  }

  private void note(Reached way) {
    if (leftOut.test(way)) {
      reached = true;
    }
  }
}
