package dev.firn.test.power;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.model.Model;
import dev.firn.test.model.Script;
import dev.firn.test.power.ImageCheck.Recovered;
import dev.firn.test.power.PowerCutOutcomes.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * One script, and the outcomes of a power cut at each moment of it; some of them are opened,
 * written to and cut again.
 */
final class PowerRun {

  /** Maximum number of power cuts in a row. */
  static final int DEPTH = 3;

  /**
   * Limits of a run.
   *
   * @param moments maximum number of moments
   * @param imagesAMoment maximum number of images per moment
   * @param oneInGoesOn one in this number of images is written to and cut again
   */
  record Effort(int moments, int imagesAMoment, int oneInGoesOn) {}

  interface Count {

    /**
     * A new image was checked.
     *
     * @param fingerprint of the image
     * @param depth the number of the power cut, from 1
     */
    void image(long fingerprint, int depth);
  }

  private final Script script;
  private final Effort effort;
  private final Random random;
  private final Count count;
  private final Function<MemoryFileSystem, FileSystem> view;

  /** The checked images, each combined with its promise. */
  private final Set<Long> checked = new HashSet<>();

  PowerRun(Script script, Effort effort, long seed, Count count) {
    this(script, effort, seed, count, files -> files);
  }

  /**
   * @param view the file system that the store is given instead of the disk
   */
  PowerRun(
      Script script,
      Effort effort,
      long seed,
      Count count,
      Function<MemoryFileSystem, FileSystem> view) {
    this.view = view;
    this.script = script;
    this.effort = effort;
    this.random = new Random(seed);
    this.count = count;
  }

  void run(MemoryFileSystem disk, Model model) {
    run(disk, model, script, effort, 1);
  }

  private void run(
      MemoryFileSystem start, Model model, Script operations, Effort effort, int depth) {
    MemoryFileSystem files = start.processKillClone();
    DiskSnapshotter snapshotter = new DiskSnapshotter(files);
    follow(
        snapshotter,
        new Driver(
            disk(files), operations, model, () -> snapshotter.snapshot("after an operation")),
        effort,
        depth);
  }

  private MemoryDisk disk(MemoryFileSystem files) {
    return new MemoryDisk(files, view.apply(files));
  }

  private void follow(DiskSnapshotter snapshotter, Driver driver, Effort effort, int depth) {
    snapshotter.follow(driver);
    driver.run();
    for (DiskSnapshot snapshot : choose(snapshotter.finish(), effort.moments)) {
      check(snapshot, driver.model(), effort, depth);
      if (depth < DEPTH && random.nextInt(effort.oneInGoesOn) == 0) {
        goOnAfterKill(snapshot, driver.model(), depth);
      }
    }
  }

  private void check(DiskSnapshot snapshot, Model model, Effort effort, int depth) {
    ImageCheck check = new ImageCheck(model, script.optionsAt(random.nextInt(4)));
    for (Outcome outcome :
        choose(PowerCutOutcomes.of(snapshot.files(), random), effort.imagesAMoment)) {
      MemoryFileSystem image = snapshot.files().crashClone(outcome.toPowerCut());
      long fingerprint = image.fingerprint(MemoryDisk.DIRECTORY, PowerRun::counts);
      if (checked.add(fingerprint ^ promise(snapshot))) {
        check(check, image, snapshot, outcome, depth, model);
        count.image(fingerprint, depth);
      }
    }
  }

  private <T> List<T> choose(List<T> all, int max) {
    if (all.size() <= max) {
      return all;
    }
    List<T> chosen = new ArrayList<>(all);
    Collections.shuffle(chosen, random);
    return chosen.subList(0, max);
  }

  private void check(
      ImageCheck check,
      MemoryFileSystem image,
      DiskSnapshot snapshot,
      Outcome outcome,
      int depth,
      Model model) {
    try {
      boolean goesOn = depth < DEPTH && random.nextInt(effort.oneInGoesOn) == 0;
      MemoryFileSystem untouched = goesOn ? image.processKillClone() : image;
      Recovered recovered = check.check(image, snapshot, random.nextBoolean());
      if (goesOn) {
        goOn(untouched, model.copyAt(recovered.commit(), recovered.trees()), depth);
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "power cut " + depth + ", " + snapshot.where() + ", " + outcome.name() + ": " + e, e);
    }
  }

  private void goOn(MemoryFileSystem image, Model model, int depth) {
    Script more = Scripts.random(random.nextLong(), 3 + random.nextInt(40));
    run(image, model, more, new Effort(6, 2, effort.oneInGoesOn), depth + 1);
  }

  /**
   * Kills the process instead of the power: the next process finds everything written, part of it
   * not synced. It writes, and the power is cut.
   */
  private void goOnAfterKill(DiskSnapshot snapshot, Model model, int depth) {
    Script more = Scripts.random(random.nextLong(), 1 + random.nextInt(10));
    try {
      ImageCheck check = new ImageCheck(model, script.optionsAt(random.nextInt(4)));
      Recovered found = check.check(snapshot.files().processKillClone(), snapshot, true);
      MemoryFileSystem files = snapshot.files().processKillClone();
      DiskSnapshotter snapshotter = new DiskSnapshotter(files);
      Driver driver =
          new Driver(
              disk(files),
              more,
              model.copyAt(found.commit(), found.trees()),
              () -> snapshotter.snapshot("after an operation"),
              snapshot.trees(),
              snapshot.min());
      follow(snapshotter, driver, new Effort(6, 2, effort.oneInGoesOn), depth + 1);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("killed " + snapshot.where() + ": " + e, e);
    }
  }

  /** The lock file holds only the number of a process. */
  static boolean counts(String name) {
    return !name.equals(FileName.LOCK);
  }

  private static long promise(DiskSnapshot snapshot) {
    return Seed.mix(
        Seed.mix(snapshot.min()) + 31 * snapshot.max() + 17L * snapshot.trees().hashCode());
  }
}
