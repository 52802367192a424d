package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A disk that is full at any point of a store's life. */
final class NoSpaceTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int STEP = 2048;
  private static final int STEPS = 120;

  private static final long PLENTY = Long.MAX_VALUE;

  @Test
  void everyBudget_endsInDiskFullAndLosesNothing() {
    Seed.run(
        seed -> {
          Random random = new Random(seed);
          int failures = 0;
          for (int i = 0; i < STEPS; i += 1 + random.nextInt(3)) {
            long budget = (long) i * STEP + random.nextInt(STEP);
            failures += Deadline.call(LIMIT, () -> within(budget)) ? 1 : 0;
          }
          assertTrue(failures > 10, "the disk was hardly ever full");
        });
  }

  /** Whether the budget was too small. */
  private static boolean within(long budget) {
    MemoryFileSystem files = new MemoryFileSystem();
    files.setCapacityBytes(budget);
    MemoryDisk disk = new MemoryDisk(files);
    CrashWorkload workload = new CrashWorkload(disk);
    FirnException failure = workload.run();
    if (failure != null) {
      assertIsDiskFull(budget, failure);
    }
    files.setCapacityBytes(PLENTY);
    try {
      CrashWorkload.assertHolds(disk, workload.acknowledged(), workload.begun());
    } catch (Throwable e) {
      throw new AssertionError("after a budget of " + budget + " bytes: " + e, e);
    }
    return failure != null;
  }

  private static void assertIsDiskFull(long budget, FirnException failure) {
    Throwable cause = failure instanceof StoreFailedException ? failure.getCause() : failure;
    assertInstanceOf(DiskFullException.class, cause, () -> "with " + budget + " bytes: " + failure);
    DamageOracle.assertNamesFile(failure);
  }

  @Test
  void fullDisk_newStore_saysSoAtTheFirstWriteAtTheLatest() {
    for (int budget : new int[] {0, 1, 100, 4096, 10_000}) {
      MemoryFileSystem files = new MemoryFileSystem();
      files.createDirectories(MemoryDisk.DIRECTORY);
      files.setCapacityBytes(budget);
      MemoryDisk disk = new MemoryDisk(files);
      FirnException e = assertThrows(FirnException.class, () -> openAndWrite(disk));
      assertIsDiskFull(budget, e);
      disk.assertNothingOpen();
      files.setCapacityBytes(PLENTY);
      openAndWrite(disk);
    }
  }

  private static void openAndWrite(MemoryDisk disk) {
    try (Store store = disk.open(CrashWorkload.options())) {
      store.tree("t").put(new byte[1], new byte[1]);
    }
  }

  @Test
  void fullDisk_openingOfAStore_touchesNothing() {
    for (DamageFixture fixture : List.of(DamageFixture.closed(), DamageFixture.killed())) {
      MemoryFileSystem files = fixture.image().toFileSystem();
      files.setCapacityBytes(0);
      MemoryDisk disk = new MemoryDisk(files);
      try {
        disk.open(DamageFixture.options()).close();
      } catch (FirnException e) {
        assertIsDiskFull(0, e);
      }
      disk.assertNothingOpen();
      files.setCapacityBytes(PLENTY);
      try (var store = disk.open(DamageFixture.options())) {
        assertTrue(fixture.isWhole(store));
      }
    }
  }
}
