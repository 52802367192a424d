package dev.firn.engine;

import dev.firn.error.CorruptionException;
import dev.firn.sstable.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reading every byte of every live file showed.
 *
 * @param files how many files were read
 * @param bytes how many bytes of them
 * @param damage the first damage, or null
 */
public record Verification(int files, long bytes, @Nullable CorruptionException damage) {

  static Verification run(EngineParts parts, BytesProgress progress) {
    ReadView view = parts.views.acquire();
    view.pinForCursor();
    parts.views.release(view);
    try {
      return new Run(parts, view, progress).run();
    } finally {
      view.unpinForCursor();
    }
  }

  private static final class Run {

    private final EngineParts parts;
    private final ReadView view;
    private final BytesProgress progress;
    private final long total;
    private int files;
    private long bytes;

    Run(EngineParts parts, ReadView view, BytesProgress progress) {
      this.parts = parts;
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
        manifest();
        tables(view.version().tables());
        journal();
        return new Verification(files, bytes, null);
      } catch (RuntimeException | InternalError e) {
        RuntimeException known = parts.health.unreadable("verifying", e, view);
        if (known instanceof CorruptionException damage) {
          return new Verification(files, bytes, damage);
        }
        throw known;
      }
    }

    /** And CURRENT, which names it. */
    private void manifest() {
      bytes += parts.versions.verify();
      files += 2;
    }

    private void tables(List<Table> tables) {
      for (Table table : tables) {
        table.verify(
            read -> {
              bytes += read;
              progress.update(Math.min(bytes, total), total);
            });
        files++;
      }
    }

    private void journal() {
      for (Generation generation : view.generations()) {
        generation.segment().verify();
        bytes += generation.segment().published();
        files++;
        progress.update(Math.min(bytes, total), total);
      }
    }
  }
}
