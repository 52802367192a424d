package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileOperation;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.damage.ForgetfulFileSystem.Forgets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process kill or a power cut just before a file operation of a workload, on any thread: in a
 * rotation, a flush, a compaction, a manifest change, an opening. The files left must open to a
 * prefix of the commits that holds every promised one.
 */
final class CrashPointTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int FIRST_CUTS = 8;
  private static final int SECOND_CUTS = 6;

  /** The files that a crash left, and the first and last batch that they may end with. */
  private record Crash(String where, MemoryFileSystem files, long min, long max) {

    void check() {
      try {
        CrashWorkload.assertHolds(new MemoryDisk(files), min, max);
      } catch (Throwable e) {
        throw new AssertionError(where + ": " + e, e);
      }
    }
  }

  @Test
  void killedBeforeAnyFileOperation_losesNothingAcknowledged() {
    Seed.runFor(2_000, seed -> Deadline.call(LIMIT, () -> killed(seed)));
  }

  @Test
  void powerCutBeforeAnyFileOperation_losesNothingSynced() {
    Seed.runFor(2_500, seed -> Deadline.call(LIMIT, () -> powerCut(new CrashRecorder(seed, 60))));
  }

  @Test
  void powerCutWhileRecovering_losesNothingSynced() {
    Seed.runFor(2_000, seed -> Deadline.call(LIMIT, () -> powerCutTwice(seed)));
  }

  /** The negative control: a kind of sync that does nothing is noticed. */
  @ParameterizedTest
  @EnumSource(Forgets.class)
  void forgottenSync_isNoticed(Forgets forgets) {
    Seed.run(
        seed -> {
          for (int i = 0; i < 50; i++) {
            long next = seed + i;
            try {
              Deadline.call(LIMIT, () -> powerCut(new CrashRecorder(next, 60, forgets)));
            } catch (AssertionError noticed) {
              return;
            }
          }
          throw new AssertionError("not noticed");
        });
  }

  private static boolean killed(long seed) {
    CrashRecorder recorder = new CrashRecorder(seed, 120);
    recorder.run(
        (workload, where) -> {
          // Read last: the begun batch only grows.
          long min = workload.acknowledged();
          MemoryFileSystem left = recorder.files.processKillClone();
          return new Crash(where, left, min, workload.begun());
        });
    return true;
  }

  private static boolean powerCut(CrashRecorder recorder) {
    recorder.run(recorder::cut);
    return true;
  }

  private static boolean powerCutTwice(long seed) {
    CrashRecorder recorder = new CrashRecorder(seed, 100);
    List<Crash> first = new ArrayList<>(recorder.take(recorder::cut));
    Random random = new Random(seed);
    Collections.shuffle(first, random);
    for (Crash crash : first.subList(0, Math.min(FIRST_CUTS, first.size()))) {
      List<Crash> second = new ArrayList<>();
      crash.files().failBefore((operation, path) -> cutAgain(crash, operation, random, second));
      crash.check();
      second.forEach(Crash::check);
    }
    return true;
  }

  private static void cutAgain(
      Crash crash, FileOperation operation, Random random, List<Crash> second) {
    synchronized (second) {
      if (second.size() < SECOND_CUTS && random.nextInt(12) == 0) {
        MemoryFileSystem left = crash.files().crashClone(random.nextLong());
        String where = crash.where() + ", then while opening before " + operation;
        second.add(new Crash(where, left, crash.min(), crash.max()));
      }
    }
  }

  /** Records crashes at random file operations of a workload. */
  private static final class CrashRecorder {

    interface CrashMaker {
      Crash make(CrashWorkload workload, String where);
    }

    final MemoryFileSystem files = new MemoryFileSystem();
    private final CrashWorkload workload;
    private final Random random;
    private final int oneIn;
    private final List<Crash> crashes = new ArrayList<>();

    CrashRecorder(long seed, int oneIn) {
      this.workload = new CrashWorkload(new MemoryDisk(files));
      this.random = new Random(seed);
      this.oneIn = oneIn;
    }

    CrashRecorder(long seed, int oneIn, Forgets forgets) {
      FileSystem forgetful = new ForgetfulFileSystem(files, forgets);
      this.workload = new CrashWorkload(new MemoryDisk(files, forgetful));
      this.random = new Random(seed);
      this.oneIn = oneIn;
    }

    void run(CrashMaker maker) {
      take(maker).forEach(Crash::check);
    }

    List<Crash> take(CrashMaker maker) {
      files.failBefore((operation, path) -> before(operation, path, maker));
      assertNull(workload.run());
      files.failBefore((operation, path) -> {});
      assertTrue(workload.acknowledged() > 0);
      return List.copyOf(crashes);
    }

    private synchronized void before(FileOperation operation, Path path, CrashMaker maker) {
      boolean rare = operation != FileOperation.WRITE && operation != FileOperation.READ;
      if (random.nextInt(rare ? oneIn / 8 : oneIn) == 0) {
        crashes.add(maker.make(workload, "before " + operation + " of " + path.getFileName()));
      }
    }

    Crash cut(CrashWorkload workload, String where) {
      long min = workload.durable();
      long seed = random.nextLong();
      PowerCut cut =
          switch (random.nextInt(6)) {
            case 0 -> PowerCut.syncedOnly();
            case 1 -> PowerCut.everything();
            default -> PowerCut.random(seed);
          };
      MemoryFileSystem left = files.crashClone(cut);
      return new Crash(where, left, min, workload.begun());
    }
  }
}
