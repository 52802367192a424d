package dev.firn.engine;

import dev.firn.error.CorruptionException;
import dev.firn.sstable.Table;
import dev.firn.version.VersionSet;
import java.util.List;

/**
 * Reads and checks every byte of every live file: manifest, tables, journal.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Verifier {

  private final CurrentView currentView;
  private final VersionSet versions;
  private final Health health;

  Verifier(CurrentView currentView, VersionSet versions, Health health) {
    this.currentView = currentView;
    this.versions = versions;
    this.health = health;
  }

  /**
   * Reads until the end or the first damage.
   *
   * @param progress receives the bytes done and the total
   */
  Verification verify(BytesProgress progress) {
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    view.cursorPins.getAndIncrement();
    view.pins.getAndDecrement(stripe);
    try {
      return new Pass(view, progress).run();
    } finally {
      view.cursorPins.getAndDecrement();
      view.reclaimIfRetired();
    }
  }

  private final class Pass {

    private final ReadView view;
    private final BytesProgress progress;
    private final long total;
    private int files;
    private long bytes;

    Pass(ReadView view, BytesProgress progress) {
      this.view = view;
      this.progress = progress;
      long sum = 0;
      for (Table table : view.version().tables()) {
        sum += table.metadata().fileBytes();
      }
      for (Generation generation : view.generations()) {
        sum += generation.segment().published();
      }
      this.total = sum;
    }

    Verification run() {
      try {
        readManifest();
        readTables(view.version().tables());
        readJournal();
        return new Verification(files, bytes, null);
      } catch (RuntimeException | InternalError e) {
        RuntimeException known = health.unreadable("verifying", e, view);
        if (known instanceof CorruptionException damage) {
          return new Verification(files, bytes, damage);
        }
        throw known;
      }
    }

    /** Reads the manifest and CURRENT, which names it. */
    private void readManifest() {
      bytes += versions.verify();
      files += 2;
    }

    private void readTables(List<Table> tables) {
      for (Table table : tables) {
        table.verify(
            read -> {
              bytes += read;
              progress.update(Math.min(bytes, total), total);
            });
        files++;
      }
    }

    private void readJournal() {
      for (Generation generation : view.generations()) {
        generation.segment().verify();
        bytes += generation.segment().published();
        files++;
        progress.update(Math.min(bytes, total), total);
      }
    }
  }
}
