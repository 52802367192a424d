package dev.firn.engine;

import dev.firn.error.CorruptionException;
import dev.firn.sstable.Table;
import dev.firn.sstable.ValueChecksum;
import dev.firn.sstable.ValueReference;
import dev.firn.version.VersionSet;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks every byte of every live file: manifest, tables, the values that they
 * refer to, journal.
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
   * Reads everything. All damage is in {@link Health}, the first one in the result.
   *
   * @param progress receives the bytes done and the total
   */
  Verification verify(BytesProgress progress) {
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    view.pins.getAndIncrement(stripe + ReadView.CURSOR);
    view.pins.getAndDecrement(stripe);
    try {
      return new Pass(view, progress).run();
    } finally {
      view.pins.getAndDecrement(stripe + ReadView.CURSOR);
      view.reclaimIfRetired();
    }
  }

  private final class Pass {

    private final ReadView view;
    private final BytesProgress progress;
    private final long total;
    private final ValueChecksum checksum = new ValueChecksum(Arena.ofAuto());
    private int files;
    private long bytes;
    private @Nullable CorruptionException first;

    Pass(ReadView view, BytesProgress progress) {
      this.view = view;
      this.progress = progress;
      long sum = 0;
      for (Table table : view.version().tables()) {
        sum += table.metadata().fileBytes() + table.metadata().references().bytes();
      }
      for (Generation generation : view.generations()) {
        sum += generation.segment().published();
      }
      this.total = sum;
    }

    Verification run() {
      read(this::readManifest);
      for (Table table : view.version().tables()) {
        read(() -> readTable(table));
        read(() -> TableValues.forEach(table, this::readValue));
      }
      files += view.version().valueFiles().all().size();
      for (Generation generation : view.generations()) {
        read(() -> readJournal(generation));
      }
      return new Verification(files, bytes, first);
    }

    /** Reads a file; its damage does not keep the others from being read. */
    private void read(Runnable file) {
      try {
        file.run();
      } catch (RuntimeException | InternalError e) {
        RuntimeException known = health.unreadable("verifying", e, view);
        if (!(known instanceof CorruptionException damage)) {
          throw known;
        }
        if (first == null) {
          first = damage;
        }
      }
    }

    /** Reads the manifest and CURRENT, which names it. */
    private void readManifest() {
      bytes += versions.verify();
      files += 2;
    }

    private void readTable(Table table) {
      table.verify(
          read -> {
            bytes += read;
            progress.update(Math.min(bytes, total), total);
          });
      files++;
    }

    private void readValue(ValueReference reference) {
      read(
          () -> {
            view.version().valueFiles().file(reference).verify(reference, checksum);
            bytes += reference.length();
            progress.update(Math.min(bytes, total), total);
          });
    }

    private void readJournal(Generation generation) {
      generation.segment().verify();
      bytes += generation.segment().published();
      files++;
      progress.update(Math.min(bytes, total), total);
    }
  }
}
