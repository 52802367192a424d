package dev.firn;

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
import dev.firn.error.ConflictException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@link Transaction} promises; the model test has the reads and the conflicts. */
final class TransactionTest {

  private static final Path STORE = Path.of("/store");

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Store store = Store.open(STORE, StoreOptions.defaults(), files);
  private final Tree tree = store.tree("accounts");

  @AfterEach
  void close() {
    store.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private @Nullable String get(KeyReader reader, String key) {
    byte[] value = reader.get(bytes(key));
    return value == null ? null : new String(value, UTF_8);
  }

  private static List<String> keys(KeyReader reader) {
    List<String> keys = new ArrayList<>();
    try (Cursor cursor = reader.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        keys.add(new String(cursor.keyBytes(), UTF_8));
      }
    }
    return keys;
  }

  @Test
  void writes_areSeenByOthersAfterCommit_allAtOnce() {
    Tree other = store.tree("other");
    try (Transaction transaction = store.begin()) {
      transaction.put(tree, bytes("a"), bytes("1"));
      transaction.put(other, MemorySegment.ofArray(bytes("b")), MemorySegment.ofArray(bytes("2")));
      assertEquals("1", get(transaction.in(tree), "a"));
      assertNull(get(tree, "a"));
      transaction.commit(Durability.SYNCED);
      assertFalse(transaction.isOpen());
    }
    assertEquals("1", get(tree, "a"));
    assertEquals("2", get(other, "b"));
    try (Store again = Store.open(STORE, StoreOptions.defaults(), files.crashCloneSyncedOnly())) {
      assertEquals("1", get(again.tree("accounts"), "a"));
      assertEquals("2", get(again.tree("other"), "b"));
    }
  }

  @Test
  void closeAndRollback_leaveNoTrace() {
    long before = store.stats().lastSequence();
    try (Transaction transaction = store.begin()) {
      transaction.put(tree, bytes("a"), bytes("1"));
      transaction.rollback();
      assertThrows(IllegalStateException.class, transaction::commit);
    }
    try (Transaction transaction = store.begin()) {
      transaction.put(tree, bytes("a"), bytes("1"));
    }
    assertNull(get(tree, "a"));
    assertEquals(before, store.stats().lastSequence());
    assertEquals(0, store.stats().openSnapshots());
    assertEquals(0, store.stats().transactions().open());
  }

  @Test
  void ownWrites_areReadInEveryWay() {
    tree.put(bytes("a"), bytes("1"));
    tree.put(bytes("b"), bytes("2"));
    try (Transaction transaction = store.begin()) {
      KeyReader in = transaction.in(tree);
      transaction.put(tree, bytes("b"), bytes("22"));
      transaction.delete(tree, bytes("a"));
      transaction.put(tree, bytes("c"), bytes("333"));
      byte[] target = new byte[2];
      assertEquals(3, in.get(bytes("c"), target));
      assertArrayEquals(bytes("33"), target);
      MemorySegment memory = MemorySegment.ofArray(new byte[8]);
      assertEquals(2, in.get(MemorySegment.ofArray(bytes("b")), memory));
      assertEquals(KeyReader.ABSENT, in.get(bytes("a"), target));
      assertEquals(KeyReader.ABSENT, in.get(MemorySegment.ofArray(bytes("a")), memory));
      assertFalse(in.contains(bytes("a")));
      assertTrue(in.contains(MemorySegment.ofArray(bytes("c"))));
      List<Long> lengths = new ArrayList<>();
      assertTrue(
          in.read(
              bytes("c"),
              (at, offset, length) -> {
                assertTrue(at.isReadOnly());
                lengths.add(length);
              }));
      assertFalse(in.read(bytes("a"), (at, offset, length) -> lengths.add(length)));
      in.getAll(
          new MemorySegment[] {
            MemorySegment.ofArray(bytes("b")), MemorySegment.ofArray(bytes("x"))
          },
          (index, at, offset, length) -> lengths.add(length));
      assertEquals(List.of(3L, 2L), lengths);
      transaction.deleteRange(tree, KeyRange.closedOpen(bytes("b"), bytes("c")));
      assertEquals(List.of("c"), keys(in));
    }
  }

  @Test
  void cursor_seesTheWritesOfItsMoment_whateverFollows() {
    tree.put(bytes("b"), bytes("1"));
    Cursor cursor;
    try (Transaction transaction = store.begin()) {
      transaction.put(tree, bytes("a"), bytes("1"));
      Savepoint savepoint = transaction.savepoint();
      transaction.put(tree, bytes("c"), bytes("1"));
      cursor = transaction.in(tree).cursor();
      assertTrue(cursor.first());
      for (int i = 0; i < 10_000; i++) { // record and index move
        transaction.put(tree, bytes("x" + i), new byte[100]);
      }
      transaction.put(tree, bytes("a"), bytes("new"));
      assertEquals(10_003, keys(transaction.in(tree)).size());
      transaction.rollbackTo(savepoint);
      transaction.put(tree, bytes("d"), bytes("over the bytes of c"));
      assertEquals(List.of("a", "b", "d"), keys(transaction.in(tree)));
      transaction.commit();
    }
    store.flush();
    store.compact();
    List<String> seen = new ArrayList<>();
    try (Cursor kept = cursor) {
      for (boolean more = kept.first(); more; more = kept.next()) {
        seen.add(new String(kept.keyBytes(), UTF_8) + new String(kept.valueBytes(), UTF_8));
      }
    }
    assertEquals(List.of("a1", "b1", "c1"), seen);
  }

  @Test
  void manyVersionsOfAKey_inTransactionAndStore() {
    for (int i = 0; i < 500; i++) {
      tree.put(bytes("k"), bytes("old" + i));
    }
    try (Transaction transaction = store.begin()) {
      for (int i = 0; i < 500; i++) {
        tree.put(bytes("k"), bytes("newer" + i));
        tree.put(bytes("z"), bytes("newer" + i));
        transaction.put(tree, bytes("m"), bytes("own" + i));
      }
      Cursor early = transaction.in(tree).cursor();
      for (int i = 0; i < 500; i++) {
        transaction.put(tree, bytes("k"), bytes("own" + i));
        transaction.put(tree, bytes("m"), bytes("later" + i));
      }
      try (early) {
        assertTrue(early.first());
        assertArrayEquals(bytes("old499"), early.valueBytes());
        assertTrue(early.next());
        assertArrayEquals(bytes("own499"), early.valueBytes());
        assertFalse(early.next());
        assertTrue(early.last());
        assertArrayEquals(bytes("own499"), early.valueBytes());
        assertTrue(early.prev());
        assertArrayEquals(bytes("old499"), early.valueBytes());
        assertFalse(early.prev());
      }
      assertEquals("own499", get(transaction.in(tree), "k"));
      assertEquals("later499", get(transaction.in(tree), "m"));
    }
  }

  @Test
  void conflict_namesTreeAndKey() {
    try (Transaction transaction = store.begin()) {
      tree.put(new byte[] {'k', 0, '"'}, bytes("1"));
      transaction.put(tree, new byte[] {'k', 0, '"'}, bytes("2"));
      ConflictException e = assertThrows(ConflictException.class, transaction::commit);
      assertEquals("accounts", e.tree());
      assertArrayEquals(new byte[] {'k', 0, '"'}, e.key());
      assertTrue(e.getMessage().contains("\"k\\x00\\x22\" of tree \"accounts\""), e::getMessage);
    }
    assertEquals(1, store.stats().transactions().conflicts());
  }

  @Test
  void writeSkew_isAllowedAtSnapshot_andRefusedAtSerializableOrForUpdate() {
    for (int i = 0; i < 3; i++) {
      tree.put(bytes("a"), bytes("1"));
      tree.put(bytes("b"), bytes("1"));
      Isolation level = i == 1 ? Isolation.SERIALIZABLE : Isolation.SNAPSHOT;
      try (Transaction first = store.begin(level);
          Transaction second = store.begin(level)) {
        if (i == 2) {
          assertNotNull(first.getForUpdate(tree, bytes("b")));
          assertNotNull(second.getForUpdate(tree, bytes("a")));
        }
        assertEquals("1", get(first.in(tree), "b"));
        assertEquals("1", get(second.in(tree), "a"));
        first.put(tree, bytes("a"), bytes("0"));
        second.put(tree, bytes("b"), bytes("0"));
        first.commit();
        if (i == 0) {
          second.commit();
        } else {
          assertThrows(ConflictException.class, second::commit);
        }
      }
    }
  }

  @Test
  void phantoms_areConflictsOfSerializableScans() {
    for (Isolation level : Isolation.values()) {
      try (Transaction transaction = store.begin(level)) {
        keys(transaction.in(tree));
        transaction.put(tree, bytes("count"), bytes("0"));
        tree.put(bytes("phantom " + level), bytes("1"));
        if (level == Isolation.SNAPSHOT) {
          transaction.commit();
        } else {
          assertThrows(ConflictException.class, transaction::commit);
        }
      }
    }
  }

  @Test
  void serializable_readsOfVeryManyKeys_stillFindConflicts() {
    try (Transaction transaction = store.begin(Isolation.SERIALIZABLE)) {
      KeyReader in = transaction.in(tree);
      for (int i = 0; i < 70_000; i++) {
        in.contains(bytes("k" + i));
      }
      transaction.put(tree, bytes("sum"), bytes("0"));
      tree.put(bytes("k69999"), bytes("1"));
      assertThrows(ConflictException.class, transaction::commit);
    }
  }

  @Test
  void savepoints_nestAndEnd() {
    try (Transaction transaction = store.begin();
        Transaction other = store.begin()) {
      Savepoint outer = transaction.savepoint();
      transaction.put(tree, bytes("a"), bytes("1"));
      Savepoint inner = transaction.savepoint();
      transaction.put(tree, bytes("b"), bytes("1"));
      transaction.rollbackTo(inner);
      transaction.rollbackTo(inner);
      assertEquals(List.of("a"), keys(transaction.in(tree)));
      transaction.rollbackTo(outer);
      assertEquals(0, transaction.count());
      assertThrows(IllegalArgumentException.class, () -> transaction.rollbackTo(inner));
      assertThrows(IllegalArgumentException.class, () -> other.rollbackTo(outer));
      transaction.put(tree, bytes("c"), bytes("1"));
      transaction.commit();
    }
    assertEquals(List.of("c"), keys(tree));
  }

  @Test
  void readOnly_readsOneMoment_andRefusesWrites() {
    tree.put(bytes("a"), bytes("1"));
    String seen =
        store.read(
            transaction -> {
              tree.put(bytes("a"), bytes("2"));
              assertThrows(
                  IllegalStateException.class, () -> transaction.put(tree, bytes("a"), bytes("3")));
              assertThrows(
                  IllegalStateException.class, () -> transaction.getForUpdate(tree, bytes("a")));
              transaction.savepoint();
              return get(transaction.in(tree), "a");
            });
    assertEquals("1", seen);
    try (Transaction transaction = store.beginReadOnly()) {
      transaction.commit();
    }
  }

  @Test
  void update_triesAgainAfterConflicts_andCountsThem() {
    AtomicInteger runs = new AtomicInteger();
    int result =
        store.update(
            transaction -> {
              if (runs.getAndIncrement() < 3) {
                tree.put(bytes("a"), bytes("other"));
              }
              transaction.put(tree, bytes("a"), bytes("mine"));
              return runs.get();
            });
    assertEquals(4, result);
    assertEquals("mine", get(tree, "a"));
    assertEquals(3, store.stats().transactions().conflicts());
    assertEquals(3, store.stats().transactions().retries());
  }

  @Test
  void update_givesUp_andSaysAfterHowManyTries() {
    AtomicInteger runs = new AtomicInteger();
    ConflictException e =
        assertThrows(
            ConflictException.class,
            () ->
                store.update(
                    transaction -> {
                      runs.incrementAndGet();
                      tree.put(bytes("a"), bytes("other"));
                      transaction.put(tree, bytes("a"), bytes("mine"));
                      return null;
                    }));
    assertEquals(Retries.MAX_TRIES, runs.get());
    assertTrue(e.getMessage().contains("after 64 tries"), e::getMessage);
    assertEquals("accounts", e.tree());
  }

  @Test
  void update_losesNoExceptionOfTheBody() {
    IOException checked = new IOException("told");
    ConflictException own = new ConflictException("t", bytes("k"));
    StackOverflowError error = new StackOverflowError();
    for (Throwable thrown : List.of(checked, own, error)) {
      AtomicInteger runs = new AtomicInteger();
      assertSame(
          thrown,
          assertThrows(
              Throwable.class,
              () ->
                  store.update(
                      transaction -> {
                        runs.incrementAndGet();
                        transaction.put(tree, bytes("a"), bytes("1"));
                        return fail(thrown);
                      })));
      assertEquals(1, runs.get());
    }
    assertNull(get(tree, "a"));
    assertEquals(0, store.stats().transactions().open());
  }

  private static Object fail(Throwable thrown) throws IOException {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    throw (IOException) thrown;
  }

  @Test
  void treesOfOthersAndDroppedOnes_areRefused() {
    try (Store other = Store.open(STORE, StoreOptions.defaults(), new MemoryFileSystem());
        Transaction transaction = store.begin()) {
      Tree foreign = other.tree("accounts");
      assertThrows(
          IllegalArgumentException.class, () -> transaction.put(foreign, bytes("a"), bytes("1")));
      assertThrows(IllegalArgumentException.class, () -> transaction.in(foreign));
      Tree dropped = store.tree("dropped");
      transaction.put(dropped, bytes("a"), bytes("1"));
      store.dropTree("dropped");
      assertThrows(IllegalStateException.class, transaction::commit);
      assertTrue(transaction.isOpen());
    }
  }

  @Test
  void stats_showTheOldest() {
    try (Transaction first = store.begin();
        Transaction second = store.begin()) {
      TransactionStats stats = store.stats().transactions();
      assertEquals(2, stats.open());
      assertTrue(stats.oldest().isPositive());
      assertTrue(first.toString().contains("is open"));
      assertEquals(first.sequence(), second.sequence());
    }
    assertEquals(Duration.ZERO, store.stats().transactions().oldest());
  }
}
