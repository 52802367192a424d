package dev.firn.test.hostile;

import dev.firn.RecoveryReport;
import dev.firn.Store;
import dev.firn.VerifyReport;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Opens a damaged specimen, reads everything in every way, verifies it, closes it, and says what
 * came of it. What is not one of the {@link Outcome}s is an {@link AssertionError}: a wrong answer,
 * another exception, something left open, too much memory.
 */
final class DamageOracle {

  /** What damage may lead to. */
  enum Outcome {
    /** Everything is there: the damage was where nothing depends on it. */
    HARMLESS,
    /** The store does not open, and says which file is to blame. */
    REFUSED,
    /** The store opens; reading or verifying says which file is to blame. */
    REPORTED,
    /** The end of the journal was cut off, and the report says so. */
    CUT,
    /**
     * An earlier state, and nobody says so: allowed only where what tells of the later one is what
     * was taken away.
     */
    ROLLED_BACK
  }

  /** More than reading a specimen takes, by far. */
  private static final long MAX_ALLOCATED_BYTES = 64 << 20;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final DamageFixture specimen;
  private final int least;
  private int misnamed;

  /** Kept, since a logger that nobody holds loses its level. */
  private static final Logger LOG = Logger.getLogger("dev.firn");

  /**
   * @param least the first of the specimen's states that a journal may be cut back to
   */
  DamageOracle(DamageFixture specimen, int least) {
    this.least = least;
    // Hundreds of thousands of stack traces otherwise.
    LOG.setLevel(Level.OFF);
    this.specimen = specimen;
  }

  /** The files that the store does not open without: not those that wait to be deleted, say. */
  Set<String> needed() {
    Set<String> needed = new TreeSet<>();
    for (String name : specimen.image().names()) {
      MemoryFileSystem files = specimen.files();
      files.delete(MemoryDisk.DIRECTORY.resolve(name));
      if (judge(files, name) == Outcome.REFUSED) {
        needed.add(name);
      }
    }
    return needed;
  }

  /**
   * Judges.
   *
   * @param files the specimen with damage, to be used up
   * @param damaged the name of the file that was damaged
   */
  Outcome judge(MemoryFileSystem files, String damaged) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    MemoryDisk disk = new MemoryDisk(files);
    Outcome outcome = open(disk, damaged);
    if (outcome == Outcome.CUT) {
      // Cut off once, it is gone, and what is left is intact.
      Outcome again = open(disk, damaged);
      check(again == Outcome.CUT || again == Outcome.ROLLED_BACK, "opened again: " + again);
    }
    disk.assertNothingOpen();
    long taken = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    check(taken < MAX_ALLOCATED_BYTES, taken + " bytes allocated");
    return outcome;
  }

  private Outcome open(MemoryDisk disk, String damaged) {
    Store store;
    try {
      store = disk.open(DamageFixture.options());
    } catch (FirnException e) {
      checkNames(e, damaged);
      return Outcome.REFUSED;
    }
    try {
      return read(store, damaged);
    } finally {
      close(store, damaged);
    }
  }

  private Outcome read(Store store, String damaged) {
    try {
      int found = specimen.states().lastIndexOf(Contents.read(store));
      check(found >= 0, "a content that the store never had");
      VerifyReport report = store.verify();
      if (!report.isIntact()) {
        checkNames(Objects.requireNonNull(report.damage()), damaged);
        return Outcome.REPORTED;
      }
      check(store.health().isHealthy(), "intact and not healthy: " + store.health());
      return found == specimen.last() ? Outcome.HARMLESS : earlier(store, damaged, found);
    } catch (FirnException e) {
      checkNames(e, damaged);
      return Outcome.REPORTED;
    }
  }

  private Outcome earlier(Store store, String damaged, int found) {
    RecoveryReport report = store.recovery();
    if (report.tornTail() == null) {
      return Outcome.ROLLED_BACK;
    }
    check(StoreImage.kind(damaged).equals("journal"), damaged + " taken for a torn journal");
    check(found >= least, "cut to state " + found + " of " + specimen.last() + ": " + report);
    return Outcome.CUT;
  }

  private void close(Store store, String damaged) {
    try {
      store.close();
    } catch (FirnException e) {
      checkNames(e, damaged);
    }
  }

  /** The message names a file of the store; that it is the damaged one is counted. */
  private void checkNames(FirnException e, String damaged) {
    String message = String.valueOf(e.getMessage());
    check(message.contains(MemoryDisk.DIRECTORY + "/"), "names no file: " + e);
    if (!message.contains(MemoryDisk.DIRECTORY.resolve(damaged).toString())) {
      misnamed++;
    }
  }

  /** How often the message named another file of the store than the damaged one. */
  int misnamed() {
    return misnamed;
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new AssertionError(what);
    }
  }
}
