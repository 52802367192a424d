package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.test.model.Script;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Every call of every kind fails in a script of 500 operations, alone and with all later ones of
 * its kind; and the disk is full at every size that the script reaches. A slice is every
 * {@value #SLICES}th call and size.
 */
public final class FaultCampaign implements Campaign {

  static final int SLICES = 40;

  /** The kinds that change something, and mapping. */
  static final List<FileOperation> KINDS =
      List.of(
          FileOperation.SYNC,
          FileOperation.SYNC_DIRECTORY,
          FileOperation.RENAME,
          FileOperation.ALLOCATE,
          FileOperation.MAP,
          FileOperation.CREATE,
          FileOperation.APPEND,
          FileOperation.DELETE,
          FileOperation.WRITE);

  private static final String CALLS = "calls that failed";
  private static final String RUNS = "scripts run";
  private static final String BUDGETS = "sizes of a full disk";
  private static final String TOLD = "failures told to the user";

  private static final long SEED = 4711;

  private static final int OPERATIONS = 500;

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String description() {
    return "every k-th call fails, the disk is full at every size; nothing acknowledged is lost";
  }

  @Override
  public List<String> counters() {
    return List.of(CALLS, RUNS, BUDGETS, TOLD);
  }

  @Override
  public long slices() {
    return SLICES;
  }

  @Override
  public void run(Slice slice) {
    Start start = Start.used();
    Script script = Scripts.random(SEED, OPERATIONS);
    long first = slice.number();
    for (FileOperation kind : KINDS) {
      // The order and number of background calls vary a little between runs.
      long calls = FaultRun.calls(start, script, kind);
      for (long k = first; k <= calls; k += SLICES) {
        fail(slice, start, script, kind, k, false);
        fail(slice, start, script, kind, k, true);
        slice.count(CALLS, 1);
      }
    }
    List<Long> sizes = List.copyOf(sizes(start, script));
    for (int i = (int) first - 1; i < sizes.size(); i += SLICES) {
      fill(slice, start, script, sizes.get(i));
    }
  }

  private static void fail(
      Slice slice, Start start, Script script, FileOperation kind, long k, boolean forEver) {
    try {
      FirnException told = fail(start, script, kind, k, forEver);
      slice.count(RUNS, 1);
      slice.count(TOLD, told == null ? 0 : 1);
    } catch (AssertionError | RuntimeException e) {
      String later = forEver ? " and all later ones" : "";
      slice.finding(new AssertionError(kind + " number " + k + later + " fails: " + e, e));
    }
  }

  /**
   * Runs a script in which the k-th call of a kind fails; returns the first failure that the user
   * got, if any.
   */
  static FirnException fail(
      Start start, Script script, FileOperation kind, long k, boolean forEver) {
    Fault fault = new Fault(kind, k, forEver);
    FaultRun run =
        new FaultRun(start, start.files().processKillClone(), script, kind == FileOperation.MAP);
    FirnException told = run.run(fault);
    assertNull(fault.syncedAgain(), () -> "synced again after " + fault.failed());
    return told;
  }

  private static void fill(Slice slice, Start start, Script script, long bytes) {
    try {
      slice.count(TOLD, fill(start, script, bytes) == null ? 0 : 1);
      slice.count(RUNS, 1);
      slice.count(BUDGETS, 1);
    } catch (AssertionError | RuntimeException e) {
      slice.finding(new AssertionError("full at " + bytes + " bytes: " + e, e));
    }
  }

  /** Runs a script on a disk of a size; returns the first failure that the user got, if any. */
  static FirnException fill(Start start, Script script, long bytes) {
    MemoryFileSystem files = start.files().processKillClone();
    files.setCapacityBytes(bytes);
    FirnException told = new FaultRun(start, files, script, false).run((operation, path) -> {});
    if (told != null && !isDiskFull(told)) {
      throw new AssertionError("something else than a full disk: " + told, told);
    }
    return told;
  }

  private static boolean isDiskFull(Throwable told) {
    for (Throwable e = told; e != null; e = e.getCause()) {
      if (e instanceof DiskFullException) {
        return true;
      }
    }
    return false;
  }

  /**
   * The disk sizes that make a difference: each size that the script reaches, and one byte less.
   */
  static SortedSet<Long> sizes(Start start, Script script) {
    MemoryFileSystem files = start.files().processKillClone();
    long plenty = 1L << 40;
    files.setCapacityBytes(plenty);
    SortedSet<Long> sizes = new TreeSet<>();
    FaultRun run = new FaultRun(start, files, script, false);
    run.run(
        (operation, path) -> {
          if (operation != FileOperation.READ) {
            long used = plenty - files.usableBytes(path.getRoot());
            synchronized (sizes) {
              sizes.add(used);
              sizes.add(used - 1);
            }
          }
        });
    return sizes;
  }
}
