package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.CorruptionException;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.ValueReferences;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.ValueFileAdded;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Value files in states and edits. */
class ValueFilesTest {

  private static TableMetadata table(long number, Map<Long, Long> references) {
    EntryStats stats = new EntryStats(100, 0, 1000, 1, 100);
    byte[] key = {0, 0, 0, 1, (byte) number};
    return new TableMetadata(number, 4096, key, key, stats, number)
        .withReferences(ValueReferences.of(references));
  }

  private static TableAdded added(long number, Map<Long, Long> references) {
    return new TableAdded(1, 1, table(number, references));
  }

  private static ValueFileAdded file(long number) {
    return new ValueFileAdded(number, 65_536, 50_000, 100);
  }

  private static StoreState filled() {
    return StoreState.empty()
        .apply(
            VersionEdit.of(
                file(7),
                file(8),
                added(10, Map.of(7L, 30_000L, 8L, 100L)),
                added(11, Map.of(7L, 20_000L)),
                new LastSequence(100)));
  }

  private static long live(StoreState state, long number) {
    ValueFiles.File file = state.valueFiles().file(number);
    assertNotNull(file);
    return file.liveBytes();
  }

  @Test
  void liveBytes_areThoseOfTheTables() {
    StoreState state = filled();
    assertEquals(50_000, live(state, 7));
    assertEquals(100, live(state, 8));
    StoreState less = state.apply(VersionEdit.of(new TableRemoved(1, 1, 11)));
    assertEquals(30_000, live(less, 7));
    StoreState moved =
        less.apply(
            VersionEdit.of(
                new TableRemoved(1, 1, 10),
                new TableAdded(2, 5, table(10, Map.of(7L, 30_000L, 8L, 100L)))));
    assertEquals(30_000, live(moved, 7));
  }

  @Test
  void fileWithoutReferences_isGone() {
    StoreState state = filled().apply(VersionEdit.of(new TableRemoved(1, 1, 10)));
    assertNull(state.valueFiles().file(8));
    assertEquals(1, state.valueFiles().size());
    StoreState none = state.apply(VersionEdit.of(new TableRemoved(1, 1, 11)));
    assertEquals(0, none.valueFiles().size());
  }

  @Test
  void snapshot_makesTheSameState() {
    StoreState state = filled().apply(VersionEdit.of(new TableRemoved(1, 1, 11)));
    VersionEdit snapshot = decode(encode(state.snapshot()));
    StoreState again = StoreState.empty().apply(snapshot);
    assertEquals(state.valueFiles().all(), again.valueFiles().all());
    assertEquals(state.shape().tables(), again.shape().tables());
  }

  @Test
  void editsThatDoNotFit_areRefused() {
    StoreState state = filled();
    assertThrows(
        IllegalArgumentException.class, () -> state.apply(VersionEdit.of(file(7))), "twice");
    assertThrows(
        IllegalArgumentException.class,
        () -> state.apply(VersionEdit.of(added(12, Map.of(9L, 5L)))),
        "not there");
    assertThrows(
        IllegalArgumentException.class,
        () -> state.apply(VersionEdit.of(added(12, Map.of(7L, 60_000L)))),
        "more than the file has");
  }

  @Test
  void everyBitAndLengthOfAnEdit_isReadOrRefused() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      Map<Long, Long> references =
          Map.of(
              1 + random.nextLong(100),
              1 + random.nextLong(1L << 40),
              200 + random.nextLong(1L << 40),
              1L);
      byte[] bytes = encode(VersionEdit.of(file(1), added(20, references), new LastSequence(3)));
      assertEquals(references, references(decode(bytes)));
      for (int length = 0; length < bytes.length; length++) {
        readAnything(Arrays.copyOf(bytes, length));
      }
      for (int bit = 0; bit < 8 * bytes.length; bit++) {
        byte[] damaged = bytes.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        readAnything(damaged);
      }
    }
  }

  private static Map<Long, Long> references(VersionEdit edit) {
    Map<Long, Long> found = new HashMap<>();
    edit.all(TableAdded.class).getFirst().table().references().forEach(found::put);
    return found;
  }

  private static void readAnything(byte[] bytes) {
    try {
      VersionEdit edit = decode(bytes);
      assertEquals(edit, decode(encode(edit)));
    } catch (CorruptionException e) {
      assertTrue(e.offset() <= bytes.length, e.getMessage());
    }
  }

  private static byte[] encode(VersionEdit edit) {
    ByteSink sink = new ByteSink();
    VersionEditCodec.encode(edit, sink);
    assertTrue(sink.size() <= VersionEditCodec.maxBytes(edit));
    return sink.memory().asSlice(0, sink.size()).toArray(ValueLayout.JAVA_BYTE);
  }

  private static VersionEdit decode(byte[] bytes) {
    return VersionEditCodec.decode(
        Path.of("edit"), 0, MemorySegment.ofArray(bytes), 0, bytes.length);
  }
}
