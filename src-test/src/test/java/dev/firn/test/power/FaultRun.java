package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.error.FirnException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.model.Model;
import dev.firn.test.model.Operation;
import dev.firn.test.model.Script;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One script on a disk that fails. Nothing acknowledged is missing; a failed operation took effect
 * as a whole or not at all; a store that reports its failure refuses writes and stays readable; any
 * other continues; and after reopening, without failures or after a power cut, the store holds what
 * it promised.
 */
final class FaultRun {

  private final MemoryFileSystem files;
  private final Script script;
  private final Driver driver;
  private final boolean readsFail;
  private @Nullable FirnException reported;

  /**
   * @param files a copy of {@code start}'s, which is changed
   * @param readsFail whether reads may fail
   */
  FaultRun(Start start, MemoryFileSystem files, Script script, boolean readsFail) {
    this.files = files;
    this.script = script;
    this.readsFail = readsFail;
    this.driver = new Driver(new MemoryDisk(files), script, start.newModel(), () -> {});
  }

  /** Runs the script with failures and checks; returns the first failure that the user got. */
  @Nullable FirnException run(FaultInjection faults) {
    files.failBefore(faults);
    runScript();
    files.failBefore(FaultInjection.NONE);
    files.setCapacityBytes(Long.MAX_VALUE);
    new MemoryDisk(files).assertNothingOpen();

    // Taken before the next opening changes the disk.
    DiskSnapshot cut = driver.snapshot("after the failure", files);
    MemoryFileSystem syncedOnly = files.crashClone(PowerCut.syncedOnly());
    MemoryFileSystem random = files.crashClone(driver.model().commits());
    DiskSnapshot kill =
        new DiskSnapshot("after the failure", files, driver.acknowledged(), cut.max(), cut.trees());
    ImageCheck check = new ImageCheck(driver.model(), script.optionsAt(0));
    check.check(files, kill, true);
    check.check(syncedOnly, cut, true);
    check.check(random, cut, false);
    return reported;
  }

  private void runScript() {
    Store store = tryOpen();
    for (Operation operation : script.operations()) {
      if (store == null) {
        return;
      }
      if (operation == Operation.Plain.REOPEN) {
        store = tryClose(store) ? tryOpen() : null;
      } else {
        perform(store, operation);
      }
    }
    if (store != null) {
      tryClose(store);
    }
  }

  private @Nullable Store tryOpen() {
    DiskSnapshot before = driver.snapshot("before opening", files);
    try {
      Store store = driver.open();
      settle(store, before);
      return store;
    } catch (FirnException e) {
      report(e);
      return null;
    }
  }

  /** An operation that failed in the store's previous life has its final effect now. */
  private void settle(Store store, DiskSnapshot before) {
    Model model = driver.model();
    Map<String, Integer> trees = trees(store, before);
    if (!trees.equals(model.numbers())) {
      driver.undo(trees);
    }
    if (driver.acknowledged() < model.commits()) {
      long visible = visible(store, driver.acknowledged(), model, before);
      if (visible < model.commits()) {
        driver.undo(visible);
      }
    }
  }

  private static Map<String, Integer> trees(Store store, DiskSnapshot snapshot) {
    Set<String> names = Set.copyOf(store.treeNames());
    return snapshot.trees().stream()
        .filter(trees -> trees.keySet().equals(names))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("trees " + names + ", not one of " + snapshot.trees()));
  }

  private boolean tryClose(Store store) {
    try {
      driver.close(store);
      return true;
    } catch (FirnException e) {
      report(e);
      return false;
    }
  }

  private void report(FirnException e) {
    reported = reported == null ? e : reported;
  }

  private void perform(Store store, Operation operation) {
    long before = driver.acknowledged();
    boolean wasFailed = store.health().failure() != null;
    if (wasFailed
        && (operation instanceof Operation.CreateTree || operation instanceof Operation.DropTree)) {
      // The model would contain a change that was refused.
      return;
    }
    try {
      driver.perform(store, operation);
      assertTrue(!wasFailed || isNothing(operation, before), "a failed store goes on writing");
    } catch (FirnException e) {
      report(e);
      afterFailure(store, before, e);
    }
  }

  /** A script may name absent trees; such operations do nothing. */
  private boolean isNothing(Operation operation, long acknowledgedBefore) {
    return switch (operation) {
      case Operation.Put put -> driver.acknowledged() == acknowledgedBefore;
      case Operation.Merge merge -> driver.acknowledged() == acknowledgedBefore;
      case Operation.Delete delete -> driver.acknowledged() == acknowledgedBefore;
      case Operation.DeleteRange delete -> driver.acknowledged() == acknowledgedBefore;
      case Operation.Write write -> driver.acknowledged() == acknowledgedBefore;
      default -> false;
    };
  }

  private void afterFailure(Store store, long acknowledged, FirnException e) {
    assertNotNull(e.getMessage());
    boolean failed = store.health().failure() != null;
    if (e instanceof StoreFailedException) {
      assertTrue(failed, "says that it has failed, and its health does not");
    }
    Model model = driver.model();
    DiskSnapshot now = driver.snapshot("now", files);
    if (!failed) {
      Map<String, Integer> trees = trees(store, now);
      if (!trees.equals(model.numbers())) {
        driver.undo(trees); // a tree was neither created nor dropped
      }
    }
    long visible = visible(store, acknowledged, model, now);
    if (failed) {
      assertThrows(StoreFailedException.class, store::sync);
    } else if (visible < model.commits()) {
      driver.undo(visible);
    }
  }

  /** The commit that the store shows now: the last acknowledged or the failed one. */
  private long visible(Store store, long acknowledged, Model model, DiskSnapshot now) {
    try {
      Map<String, Map<dev.firn.test.model.Key, byte[]>> dump = StoreDump.of(store, model.keys());
      return model.commitOf(dump, trees(store, now), acknowledged, model.commits());
    } catch (FirnException e) {
      assertTrue(readsFail, () -> "reads fail: " + e);
      // Unreadable. A store that continues has not performed the failed operation.
      return store.health().failure() == null ? acknowledged : model.commits();
    }
  }

  static long calls(Start start, Script script, FileOperation kind) {
    Fault none = new Fault(kind, 0, false);
    FaultRun run = new FaultRun(start, start.files().processKillClone(), script, false);
    assertNull(run.run(none));
    assertEquals(null, none.failed());
    return none.calls();
  }
}
