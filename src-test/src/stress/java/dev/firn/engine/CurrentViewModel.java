package dev.firn.engine;

import dev.firn.version.EmptyVersion;
import dev.firn.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * {@link CurrentView} for a model checker: any thread pins it; one thread at a time replaces or
 * closes it. The version stands for everything that a view holds.
 */
public class CurrentViewModel {

  private static final String READ = "read";
  private static final String CLOSED = "closed";

  private final CurrentView currentView = new CurrentView(Runnable::run);
  private final List<Version> versions = new ArrayList<>();
  private boolean closed;

  /** Installs the first view. */
  public CurrentViewModel() {
    install();
  }

  private void install() {
    Version version = EmptyVersion.make();
    versions.add(version);
    currentView.install(List.of(), false, version);
    version.release();
  }

  /** Reads: the pin must keep the version. */
  @Operation
  public String read() {
    ReadView view;
    try {
      view = currentView.acquire(ReadView.stripe());
    } catch (IllegalStateException e) {
      return CLOSED;
    }
    checkHeld(view);
    view.pins.getAndDecrement(ReadView.stripe());
    view.reclaimIfRetired();
    return READ;
  }

  /** Reads by a cursor, which keeps its view longer than the call that opened it. */
  @Operation
  public String readByCursor() {
    ReadView view;
    try {
      view = currentView.acquire(ReadView.stripe());
    } catch (IllegalStateException e) {
      return CLOSED;
    }
    view.pins.getAndIncrement(ReadView.stripe() + ReadView.CURSOR);
    view.pins.getAndDecrement(ReadView.stripe());
    view.reclaimIfRetired();
    checkHeld(view);
    view.pins.getAndDecrement(ReadView.stripe() + ReadView.CURSOR);
    view.reclaimIfRetired();
    return READ;
  }

  private static void checkHeld(ReadView view) {
    if (view.version().references() == 0) {
      throw new AssertionError("released under a pin");
    }
  }

  /** Replaces the current view. */
  @Operation(nonParallelGroup = "owner")
  public void replace() {
    install();
  }

  /** Refuses further reads. */
  @Operation(nonParallelGroup = "owner")
  public void close() {
    currentView.close();
    closed = true;
  }

  /**
   * Checks that all versions are released except that of the last view; after closing, that too.
   */
  @Validate
  public void check() {
    if (closed) {
      currentView.retireLast();
    }
    int last = versions.size() - 1;
    for (int i = 0; i <= last; i++) {
      int expected = i == last && !closed ? 1 : 0;
      int references = versions.get(i).references();
      if (references != expected) {
        throw new AssertionError("version " + i + " of " + last + ": references=" + references);
      }
    }
  }
}
