package dev.firn.engine;

import dev.firn.version.EmptyVersion;
import dev.firn.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * CurrentView as a model checker runs them: pinned by anybody, replaced and closed by one thread at
 * a time. What a view keeps is its version.
 */
public class CurrentViewModel {

  private static final String READ = "read";
  private static final String CLOSED = "closed";

  private final CurrentView views = new CurrentView(Runnable::run);
  private final List<Version> versions = new ArrayList<>();
  private boolean closed;

  /** With a first view. */
  public CurrentViewModel() {
    install();
  }

  private void install() {
    Version version = EmptyVersion.make();
    versions.add(version);
    views.install(List.of(), false, version);
    version.release();
  }

  /** A read: the version is there as long as the pin. */
  @Operation
  public String read() {
    ReadView view;
    try {
      view = views.acquire();
    } catch (IllegalStateException e) {
      return CLOSED;
    }
    checkHeld(view);
    views.release(view);
    return READ;
  }

  /** A cursor, which keeps its view longer than the call that made it. */
  @Operation
  public String readByCursor() {
    ReadView view;
    try {
      view = views.acquire();
    } catch (IllegalStateException e) {
      return CLOSED;
    }
    view.pinForCursor();
    views.release(view);
    checkHeld(view);
    view.unpinForCursor();
    return READ;
  }

  private static void checkHeld(ReadView view) {
    if (view.version().references() == 0) {
      throw new AssertionError("let go of under a pin");
    }
  }

  /** Another view takes the place of the current one. */
  @Operation(nonParallelGroup = "owner")
  public void replace() {
    install();
  }

  /** Lets nobody in any more. */
  @Operation(nonParallelGroup = "owner")
  public void close() {
    views.close();
    closed = true;
  }

  /** All versions but that of the last view were let go of; after closing, that one too. */
  @Validate
  public void check() {
    if (closed) {
      views.retireLast();
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
