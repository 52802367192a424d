package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.StoreState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table that is full ends at the next key, not between two versions of a key. */
class FullTableTest {

  private static final int KEYS = 12;
  private static final int VERSIONS = 3;

  @Test
  void fullTable_endsAtTheNextKey() {
    CompactingStore store = new CompactingStore();
    List<TableMetadata> tables;
    try (Arena arena = Arena.ofConfined();
        CompactionOutput output =
            new CompactionOutput(
                store.environment(100).outputs(),
                arena,
                new ArrayDeque<>(),
                0,
                List.of(),
                List.of(),
                Long.MAX_VALUE,
                new OutputOrigin(StoreState.empty(), List.of()),
                table -> true)) {
      MemorySegment key = arena.allocate(5);
      for (int i = 0; i < KEYS; i++) {
        key.set(ValueLayout.JAVA_BYTE, 4, (byte) i);
        output.nextKey(key, 0, 5);
        for (int version = VERSIONS; version > 0; version--) {
          long trailer = SequenceNumber.trailer(version, ValueKind.PUT.code());
          output.add(key, 5, trailer, key, 0, 5);
        }
      }
      tables = output.finish();
    }
    assertEquals(KEYS, tables.size());
    assertTrue(tables.stream().allMatch(table -> table.entries() == VERSIONS));
    store.close();
  }
}
