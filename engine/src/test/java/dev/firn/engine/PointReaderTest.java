package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.sstable.TableOptions;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads at the sequences of snapshots. */
class PointReaderTest {

  private static final byte[] KEY = {1};
  private static final byte[] OTHER = {2};
  private static final byte[] OLD = {3};
  private static final byte[] NEW = {4, 4};

  private final Engine engine =
      Engine.open(
          EngineFixture.STORE,
          new EngineOptions(
              true,
              false,
              EngineFixture.SEGMENT_BYTES,
              64 << 20,
              4096,
              0,
              Long.MAX_VALUE,
              0,
              0,
              1 << 20,
              problem -> {},
              TableOptions.DEFAULT,
              CompactionPolicy.defaults(),
              InstantSource.system(),
              EngineOptions.GAP_ENTRIES),
          new MemoryFileSystem());

  private final PointReader reader = engine.reader();
  private final int tree = engine.createTree("t");
  private final List<Thread> compactions = new ArrayList<>();

  @AfterEach
  void close() {
    engine.close();
  }

  private void write(Consumer<RecordBuilder> entry) {
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    entry.accept(record);
    engine.commit(session, record, false);
  }

  private Session key(byte[] key) {
    return engine.session().key(tree, key);
  }

  /** Every way to read. */
  private List<BiConsumer<byte[], LongSupplier>> reads() {
    return List.of(
        (key, at) -> reader.get(key(key), at),
        (key, at) -> reader.get(key(key), at, new byte[9]),
        (key, at) -> reader.get(key(key), at, MemorySegment.ofArray(new byte[9])),
        (key, at) -> reader.contains(key(key), at),
        (key, at) -> LeasedCursor.of(engine.cursor(tree, key, null, at)).close());
  }

  /**
   * A reader that is parked after it was given the snapshot, until the snapshot is closed and what
   * it alone sees is gone.
   */
  @Test
  void read_whoseSnapshotIsClosedBeforeItPins_throws() {
    write(record -> record.put(tree, KEY, OLD));
    OpenSnapshot snapshot = engine.openSnapshot();
    write(record -> record.put(tree, KEY, NEW));
    assertArrayEquals(OLD, reader.get(key(KEY), snapshot));

    engine.closeSnapshot(snapshot);
    engine.compact();
    byte[] wrong = reader.get(key(KEY), snapshot::sequence);
    assertFalse(Arrays.equals(OLD, wrong), "this test would prove nothing");
    for (BiConsumer<byte[], LongSupplier> read : reads()) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> read.accept(KEY, snapshot));
      assertEquals("the snapshot is closed", e.getMessage());
    }
    // Nothing stays pinned: otherwise the store could not be closed.
    assertArrayEquals(NEW, reader.get(key(KEY), PointReader.LATEST));
  }

  /**
   * Readers that are parked when they ask whether their snapshot is open. The view that they then
   * read has what the snapshot sees, whatever happens meanwhile: so it was pinned before.
   */
  @Test
  void read_whoseSnapshotIsClosedAfterItWasAsked_findsWhatTheSnapshotSaw() throws Exception {
    assertArrayEquals(OLD, reader.get(key(KEY), parked()));
    assertEquals(OLD.length, reader.get(key(KEY), parked(), new byte[9]));
    MemorySegment target = MemorySegment.ofArray(new byte[9]);
    assertEquals(OLD.length, reader.get(key(KEY), parked(), target));
    assertTrue(reader.contains(key(KEY), parked()));
    try (LeasedCursor cursor = LeasedCursor.of(engine.cursor(tree, KEY, null, parked()))) {
      assertTrue(cursor.first());
      assertArrayEquals(OLD, cursor.valueBytes());
      assertFalse(cursor.next());
    }
    for (Thread compaction : compactions) {
      compaction.join();
    }
  }

  /** A snapshot of a key that is deleted later, and what happens while a reader asks for it. */
  private LongSupplier parked() {
    write(record -> record.put(tree, KEY, OLD));
    OpenSnapshot snapshot = engine.openSnapshot();
    write(record -> record.delete(tree, KEY));
    return () -> {
      long sequence = snapshot.getAsLong();
      engine.closeSnapshot(snapshot);
      // The call returns when the files are deleted: after the reader has ended.
      compactions.add(Thread.ofPlatform().start(engine::compact));
      awaitEmptyStore();
      return sequence;
    };
  }

  private void awaitEmptyStore() {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (engine.stats().memTableEntries() > 0 || engine.stats().shape().size() > 0) {
      assertTrue(System.nanoTime() < deadline, "the compaction does not end");
      Thread.yield();
    }
  }

  @Test
  void contains_atASnapshot_isAsOfThen() {
    write(record -> record.put(tree, KEY, OLD));
    OpenSnapshot snapshot = engine.openSnapshot();
    write(record -> record.delete(tree, KEY));
    write(record -> record.put(tree, OTHER, NEW));
    for (int pass = 0; pass < 2; pass++) {
      assertTrue(reader.contains(key(KEY), snapshot));
      assertFalse(reader.contains(key(OTHER), snapshot));
      assertFalse(reader.contains(key(KEY), PointReader.LATEST));
      assertTrue(reader.contains(key(OTHER), PointReader.LATEST));
      engine.compact();
    }
    engine.closeSnapshot(snapshot);
  }
}
