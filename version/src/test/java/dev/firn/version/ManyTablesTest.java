package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.core.file.RealFileSystem;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening and edits cost with many tables and trees; times are those of the processor. */
class ManyTablesTest {

  private static final int EDITS = 200;

  @TempDir Path folder;

  @Test
  void openingAndEdits() {
    AtomicInteger opened = new AtomicInteger();
    FileSystem files =
        new ForwardingFileSystem(new RealFileSystem()) {
          @Override
          public ReadFile openRead(Path file) {
            if (file.toString().endsWith(".table")) {
              opened.incrementAndGet();
            }
            return super.openRead(file);
          }
        };
    ManyTables.write(files, folder);
    BlockCache cache = new BlockCache(0);
    VersionSet versions =
        ManyTables.timed(
            "open",
            0.2 * ManyTables.COUNT,
            () -> {
              VersionSet made = VersionSet.open(files, folder, cache, Runnable::run, 42, false);
              made.begin();
              return made;
            });
    assertEquals(ManyTables.TREES, versions.trees().size());
    int tables = versions.state().shape().size();
    assertTrue(tables > ManyTables.COUNT * 0.9, tables + " tables");

    Run lowest = versions.state().shape().runs(6).getFirst();
    ManyTables.millis(
        "first edits", EDITS, () -> moveUp(versions, lowest, (int) (random() % lowest.size())));
    double edit =
        ManyTables.millis(
            "edit", EDITS, () -> moveUp(versions, lowest, (int) (random() % lowest.size())));
    assertTrue(edit < 10, edit + " ms");
    double tree =
        ManyTables.millis(
            "tree", EDITS, () -> versions.createTree("new-" + versions.trees().nextId()));
    assertTrue(tree < 10, tree + " ms");
    assertEquals(tables, versions.state().shape().size());
    assertEquals(0, opened.get());
    versions.close();
    cache.close();

    // The edits are replayed, too.
    VersionSet again = VersionSet.open(files, folder, cache, Runnable::run, 43, false);
    assertEquals(tables, again.state().shape().size());
    assertEquals(ManyTables.TREES + EDITS, again.trees().size());
    again.close();
  }

  private long seed = 1;

  private long random() {
    seed = seed * 6364136223846793005L + 1442695040888963407L;
    return seed >>> 33;
  }

  /** Moves a table to a run of level 0 of its own, or back. */
  private static void moveUp(VersionSet versions, Run lowest, int index) {
    TableMetadata table = lowest.table(index);
    boolean isUp =
        versions.state().shape().runs(0).stream().anyMatch(r -> r.id() == table.number());
    TableRemoved down = new TableRemoved(6, 6, table.number());
    TableRemoved up = new TableRemoved(0, table.number(), table.number());
    versions.apply(
        isUp
            ? VersionEdit.of(up, new TableAdded(6, 6, table))
            : VersionEdit.of(down, new TableAdded(0, table.number(), table)));
  }
}
