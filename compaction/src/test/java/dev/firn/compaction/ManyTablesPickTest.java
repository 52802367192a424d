package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.compaction.Compaction.Source;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.ManyTables;
import dev.firn.version.StoreState;
import dev.firn.version.TestStates;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pick and the edit after it cost with many tables; times are those of the processor. */
class ManyTablesPickTest {

  private static final CompactionPolicy POLICY =
      CompactionPolicy.defaults().withTargetTableBytes(64 << 20).withLevelBaseBytes(64 << 20);
  private static final int PICKS = 100;

  private StoreState state;
  private Compaction picked;
  private long next = 100L * ManyTables.COUNT;

  @Test
  void picks() {
    state = TestStates.of(ManyTables.changes());
    ManyTables.millis("first pick", 1, this::pick);
    long nanos = 0;
    for (int i = 0; i < PICKS; i++) {
      apply();
      long start = cpu();
      pick();
      nanos += cpu() - start;
    }
    double pick = nanos / 1e6 / PICKS;
    System.out.printf("%d tables: pick %.3f ms%n", ManyTables.COUNT, pick);
    assertTrue(pick < 10, pick + " ms");
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void pick() {
    picked = CompactionPicker.pick(state.shape(), state.trees(), POLICY).orElseThrow();
  }

  /** Removes the tables of the upper level, and replaces those of the lower one. */
  private void apply() {
    List<Change> changes = new ArrayList<>();
    int upper = picked.sources().getFirst().level();
    for (Source source : picked.sources()) {
      for (TableMetadata table : source.tables()) {
        changes.add(new TableRemoved(source.level(), source.run(), table.number()));
        if (source.level() > upper) {
          TableMetadata output =
              new TableMetadata(
                  next++,
                  table.fileBytes(),
                  table.smallestKey(),
                  table.largestKey(),
                  table.stats(),
                  next);
          changes.add(new TableAdded(source.level(), source.run(), output));
        }
      }
    }
    state = TestStates.apply(state, changes);
  }
}
