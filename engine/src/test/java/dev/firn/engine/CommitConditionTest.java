package dev.firn.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.TransactionTimeoutException;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commits under a condition, with other writers before, between and after its two looks. */
final class CommitConditionTest {

  private static final Path STORE = Path.of("/store");

  private final MemoryFileSystem files = new MemoryFileSystem();
  private Engine engine = Engine.open(STORE, SyncerTest.options(), files);
  private final int tree = engine.createTree("t");
  private final RecordEntries work = new RecordEntries();

  @AfterEach
  void close() {
    engine.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void put(String key, String value) {
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    record.put(tree, bytes(key), bytes(value));
    engine.commit(session, record, false);
  }

  private byte @Nullable [] get(String key) {
    Session session = engine.session();
    return engine.reader().get(session.key(tree, bytes(key)), PointReader.LATEST);
  }

  private RecordBuilder record(String key, String value) {
    RecordBuilder record = new RecordBuilder();
    record.put(tree, bytes(key), bytes(value));
    return record;
  }

  /** Commits unless the record's keys were written since a snapshot. */
  private @Nullable Conflict commit(RecordBuilder record, OpenSnapshot snapshot, Runnable between) {
    AtomicInteger looks = new AtomicInteger();
    CommitCondition condition =
        CommitCondition.since(
            snapshot.sequence(),
            changes -> {
              Conflict found = changes.changeOf(record, work);
              if (looks.getAndIncrement() == 0) {
                between.run(); // after the first look, before the reservation
              }
              return found;
            });
    engine.commit(engine.session(), record, false, condition);
    return condition.conflict();
  }

  @Test
  void changeBefore_isAConflict() {
    put("a", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    put("a", "2");
    Conflict found = commit(record("a", "3"), snapshot, () -> {});
    assertNotNull(found);
    assertEquals("a", new String(found.storeKey(), 4, 1, UTF_8));
    assertArrayEquals(bytes("2"), get("a"));
    assertNull(commit(record("b", "3"), snapshot, () -> {}));
    assertArrayEquals(bytes("3"), get("b"));
  }

  @Test
  void changeBetweenLookAndReservation_isAConflict_andAVoidRecord() {
    put("a", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    put("other", "1"); // so that there is a first look
    assertNotNull(commit(record("a", "3"), snapshot, () -> put("a", "2")));
    assertArrayEquals(bytes("2"), get("a"));
    assertEquals(4, engine.visibleSequence());
    put("c", "4");
    assertReopens("2");
  }

  @Test
  void changeOfAnotherKeyBetween_isNone() {
    put("a", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    put("other", "1");
    assertNull(commit(record("a", "3"), snapshot, () -> put("b", "2")));
    assertArrayEquals(bytes("3"), get("a"));
  }

  @Test
  void flushAndCompactionBetween_hideNoChange() {
    put("a", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    put("other", "1");
    Runnable between =
        () -> {
          put("a", "2");
          engine.flush();
        };
    assertNotNull(commit(record("a", "3"), snapshot, between));
    engine.compact();
    assertArrayEquals(bytes("2"), get("a"));
    assertNotNull(commit(record("a", "3"), snapshot, () -> {}));
  }

  @Test
  void deletedAndCompacted_isAChange() {
    put("a", "1");
    put("b", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    RecordBuilder deletion = new RecordBuilder();
    deletion.delete(tree, bytes("a"));
    engine.commit(engine.session(), deletion, false);
    RecordBuilder range = new RecordBuilder();
    range.deleteRange(tree, bytes("b"), new byte[] {0, 0, 0, (byte) tree, 'c'});
    engine.commit(engine.session(), range, false);
    engine.compact();
    assertNotNull(commit(record("a", "3"), snapshot, () -> {}));
    assertNotNull(commit(record("b", "3"), snapshot, () -> {}));
    assertNotNull(commit(range, snapshot, () -> {}));
    assertNull(commit(record("c", "3"), snapshot, () -> {}));
  }

  @Test
  void ranges_findPutsDeletionsAndRanges_andNothingElse() {
    put("b", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    put("d", "1");
    for (int i = 0; i < 2; i++) {
      assertNull(commit(range("a", "d"), snapshot, () -> {}), "b was there before");
      assertNotNull(commit(range("c", "e"), snapshot, () -> {}));
      assertNull(commit(range("e", "f"), snapshot, () -> {}));
      engine.closeSnapshot(snapshot);
      snapshot = engine.openSnapshot();
      put("d", "2");
      engine.flush();
    }
  }

  private RecordBuilder range(String from, String to) {
    byte[] end = new byte[4 + to.length()];
    end[3] = (byte) tree;
    System.arraycopy(bytes(to), 0, end, 4, to.length());
    RecordBuilder range = new RecordBuilder();
    range.deleteRange(tree, bytes(from), end);
    return range;
  }

  @Test
  void withoutASnapshot_aFlushOfChangesIsAConflict() {
    put("a", "1");
    long since = engine.visibleSequence();
    put("b", "1");
    RecordBuilder record = record("a", "2");
    CommitCondition inMemory =
        CommitCondition.sinceUnkept(since, changes -> changes.changeOf(record, work));
    engine.commit(engine.session(), record, false, inMemory);
    assertNull(inMemory.conflict());
    long again = engine.visibleSequence();
    put("b", "1");
    engine.flush();
    CommitCondition flushed =
        CommitCondition.sinceUnkept(again, changes -> changes.changeOf(record, work));
    engine.commit(engine.session(), record, false, flushed);
    assertNotNull(flushed.conflict(), "it cannot be decided");
    CommitCondition fresh =
        CommitCondition.sinceUnkept(
            engine.visibleSequence(), changes -> changes.changeOf(record, work));
    engine.commit(engine.session(), record, false, fresh);
    assertNull(fresh.conflict());
  }

  @Test
  void failureOfTheSecondLook_writesNothing_andIsThrown() {
    put("a", "1");
    OpenSnapshot snapshot = engine.openSnapshot();
    put("other", "1");
    IllegalStateException failure = new IllegalStateException("told");
    AtomicInteger looks = new AtomicInteger();
    RecordBuilder record = record("a", "3");
    CommitCondition condition =
        CommitCondition.since(
            snapshot.sequence(),
            changes -> {
              if (looks.getAndIncrement() == 0) {
                put("b", "2");
                return null;
              }
              throw failure;
            });
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () -> engine.commit(engine.session(), record, false, condition)));
    assertArrayEquals(bytes("1"), get("a"));
    put("c", "4");
    assertReopens("1");
  }

  private void assertReopens(String valueOfA) {
    MemoryFileSystem killed = files.processKillClone();
    long sequence = engine.visibleSequence();
    engine.close();
    engine = Engine.open(STORE, SyncerTest.options(), killed);
    assertEquals(sequence, engine.visibleSequence());
    assertArrayEquals(bytes(valueOfA), get("a"));
    assertArrayEquals(bytes("4"), get("c"));
  }

  @Test
  void onlyVoidRecords_areFlushedAndReplayed() {
    put("a", "1");
    engine.flush();
    OpenSnapshot snapshot = engine.openSnapshot();
    put("other", "1");
    Runnable between =
        () -> {
          put("a", "2");
          engine.flush();
        };
    commit(record("a", "3"), snapshot, between);
    MemoryFileSystem killed = files.processKillClone();
    engine.flush();
    put("c", "4");
    assertReopens("2");
    engine.close();
    engine = Engine.open(STORE, SyncerTest.options(), killed);
    assertArrayEquals(bytes("2"), get("a"));
    engine.flush();
    assertArrayEquals(bytes("2"), get("a"));
  }

  @Test
  void exclusiveWriter_excludesOthers() throws InterruptedException {
    WriterPermits permits = engine.permits();
    permits.acquireAll(Duration.ofSeconds(10));
    IllegalStateException own = assertThrows(IllegalStateException.class, () -> put("a", "1"));
    assertTrue(own.getMessage().contains("exclusive"), own::getMessage);
    Thread other = Thread.ofPlatform().start(() -> put("b", "1"));
    Thread third =
        Thread.ofPlatform()
            .start(
                () -> {
                  TransactionTimeoutException late =
                      assertThrows(
                          TransactionTimeoutException.class,
                          () -> permits.acquireAll(Duration.ofMillis(1)));
                  assertTrue(late.getMessage().contains("thread \""), late::getMessage);
                });
    third.join();
    engine.commitExclusive(engine.session(), record("a", "2"), false);
    assertNull(get("b"));
    assertTrue(other.isAlive());
    permits.releaseAll();
    other.join();
    assertArrayEquals(bytes("1"), get("b"));
    put("a", "3");
    assertFalse(other.isAlive());
  }
}
