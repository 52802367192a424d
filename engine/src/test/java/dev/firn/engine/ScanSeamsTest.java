package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.core.ReadMoment;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Gaps where a scan meets other gaps, or range tombstones. */
class ScanSeamsTest {

  private static final int KEYS = 1000;

  private static void fill(GapEngine store) {
    store.write(
        record -> {
          for (int key = 0; key < KEYS; key++) {
            record.put(store.tree, GapEngine.key(key), GapEngine.key(key));
          }
        });
  }

  private static void deleteEach(GapEngine store, int from, int to) {
    IntStream.range(from, to).forEach(store::delete);
  }

  private static @Nullable Gap gapAt(GapEngine store, int key) {
    KeyBuffer place = new KeyBuffer();
    place.set(store.storeKey(key));
    ReadMoment moment = new ReadMoment();
    moment.set(Long.MAX_VALUE >> Byte.SIZE);
    return store.engine.gaps().at(place, moment);
  }

  private static int first(GapEngine store) {
    try (LeasedCursor cursor = store.cursor(0, KEYS, PointReader.LATEST)) {
      return cursor.first() ? GapEngine.key(cursor) : -1;
    }
  }

  private static int last(GapEngine store) {
    try (LeasedCursor cursor = store.cursor(0, KEYS, PointReader.LATEST)) {
      return cursor.last() ? GapEngine.key(cursor) : -1;
    }
  }

  @Test
  void backwardScan_leavesAGap_alsoIfOneIsAtTheLowerBound() {
    try (GapEngine store = new GapEngine(10)) {
      fill(store);
      deleteEach(store, 0, 300);
      deleteEach(store, 700, KEYS);
      assertEquals(300, first(store));
      assertNotNull(gapAt(store, 100));
      assertNull(gapAt(store, 900));
      assertEquals(699, last(store));
      assertNotNull(gapAt(store, 900));
    }
  }

  @Test
  void scan_overEntriesThatARangeTombstoneHides_leavesAGap() {
    try (GapEngine store = new GapEngine(10)) {
      fill(store);
      store.deleteRange(0, 300);
      store.deleteRange(700, KEYS);
      assertEquals(300, first(store));
      assertNotNull(gapAt(store, 200));
      assertEquals(699, last(store));
      assertNotNull(gapAt(store, 800));
      store.put(200);
      assertEquals(200, first(store));
      assertEquals(List.of(200), store.scan(0, 300, false, PointReader.LATEST));
    }
  }
}
