package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.RecoveryReport;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.VerifyReport;
import dev.firn.error.FirnException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.history.StampedState;
import java.time.Duration;

/** What came of opening a damaged store and reading everything in it. */
enum Verdict {
  /** Everything is there: the damage was where nothing depends on it. */
  HARMLESS,
  /** The store does not open, and says which file is to blame. */
  REFUSED_AT_OPEN,
  /** The store opens; reading says which file is to blame. */
  REFUSED_AT_READ,
  /** The end of the journal was cut off, and the report says so. */
  CUT;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Opens an image, reads everything, and judges. What is not one of these is an error. */
  static Verdict of(StoreImage image, StoreOptions options, long batches) throws Exception {
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    Verdict verdict = Deadline.call(LIMIT, () -> judge(disk, options, batches));
    disk.assertNothingOpen();
    return verdict;
  }

  private static Verdict judge(MemoryDisk disk, StoreOptions options, long batches) {
    Store store;
    try {
      store = disk.open(options);
    } catch (FirnException e) {
      assertNamesFile(e);
      return REFUSED_AT_OPEN;
    }
    try {
      return read(store, batches);
    } finally {
      close(store);
    }
  }

  private static Verdict read(Store store, long batches) {
    long found;
    try {
      found = StampedState.read(Sample.CAST, store).numbers()[0];
      VerifyReport report = store.verify();
      if (!report.isIntact()) {
        // Every answer was right, and the damage is known all the same.
        assertNamesFile(report.damage());
        return REFUSED_AT_READ;
      }
    } catch (FirnException e) {
      assertNamesFile(e);
      return REFUSED_AT_READ;
    }
    if (found == batches) {
      return HARMLESS;
    }
    RecoveryReport report = store.recovery();
    assertTrue(
        found < batches && (report.tornTail() != null || report.damage() != null),
        () -> "found " + found + " of " + batches + " batches, and the report is " + report);
    return CUT;
  }

  private static void close(Store store) {
    try {
      store.close();
    } catch (FirnException e) {
      assertNamesFile(e);
    }
  }

  /** The message says where to look. */
  static void assertNamesFile(FirnException e) {
    String directory = MemoryDisk.DIRECTORY.toString();
    assertTrue(String.valueOf(e.getMessage()).contains(directory), () -> "names no file: " + e);
  }
}
