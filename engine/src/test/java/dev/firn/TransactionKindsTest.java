package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.ConflictException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions on trees whose entries expire or are merged. */
final class TransactionKindsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = new TestClock();
  private final Store store =
      Store.open(
          Path.of("/store"), StoreOptions.builder().clock(clock).build(), new MemoryFileSystem());
  private final Tree living = store.tree("living", TreeOptions.builder().timeToLive(HOUR).build());
  private final Tree plain = store.tree("plain");
  private final Tree appending =
      store.tree("appending", TreeOptions.builder().mergeOperator(MergeOperator.append()).build());

  @AfterEach
  void close() {
    store.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static @Nullable String get(KeyReader reader, String key) {
    byte[] value = reader.get(bytes(key));
    byte[] read = new byte[100];
    long length = reader.get(bytes(key), read);
    assertEquals(value == null ? KeyReader.ABSENT : value.length, length);
    assertEquals(value != null, reader.contains(bytes(key)));
    return value == null ? null : new String(value, UTF_8);
  }

  private static List<String> entries(KeyReader reader, boolean forward) {
    List<String> found = new ArrayList<>();
    try (Cursor cursor = reader.cursor()) {
      boolean more = forward ? cursor.first() : cursor.last();
      for (; more; more = forward ? cursor.next() : cursor.prev()) {
        String entry = new String(cursor.keyBytes(), UTF_8);
        found.add(entry + "=" + new String(cursor.valueBytes(), UTF_8));
      }
    }
    return found;
  }

  @Test
  void writes_liveAsLongAsTheirTreeSays() {
    try (Transaction transaction = store.begin()) {
      transaction.put(living, bytes("a"), bytes("1"));
      transaction.put(living, MemorySegment.ofArray(bytes("b")), MemorySegment.ofArray(bytes("2")));
      assertEquals("1", get(transaction.in(living), "a"));
      assertEquals(List.of("a=1", "b=2"), entries(transaction.in(living), true));
      assertEquals(List.of("b=2", "a=1"), entries(transaction.in(living), false));
      transaction.commit();
    }
    clock.advance(HOUR.minusMillis(1));
    assertEquals(List.of("a=1", "b=2"), entries(living, true));
    clock.advance(Duration.ofMillis(1));
    assertNull(get(living, "a"));
    assertEquals(List.of(), entries(living, false));
  }

  @Test
  void writes_mayHaveATimeToLiveOfTheirOwn() {
    try (Transaction transaction = store.begin()) {
      transaction.put(plain, bytes("a"), bytes("1"), HOUR);
      transaction.put(
          plain, MemorySegment.ofArray(bytes("b")), MemorySegment.ofArray(bytes("2")), HOUR);
      transaction.put(plain, bytes("c"), bytes("3"));
      clock.advance(HOUR.multipliedBy(2));
      // It reads the moment of its begin, in which nothing had expired.
      assertEquals("1", get(transaction.in(plain), "a"));
      assertEquals(List.of("c=3", "b=2", "a=1"), entries(transaction.in(plain), false));
      transaction.commit();
    }
    assertEquals(List.of("c=3"), entries(plain, true));
  }

  @Test
  void whatExpires_isSeenAsItWasWhenTheTransactionBegan() {
    plain.put(bytes("a"), bytes("1"), HOUR);
    try (Transaction transaction = store.begin()) {
      clock.advance(HOUR);
      assertNull(get(plain, "a"));
      assertEquals("1", get(transaction.in(plain), "a"));
      assertEquals(List.of("a=1"), entries(transaction.in(plain), true));
    }
  }

  @Test
  void operands_areAppliedToWhatTheTransactionSees() {
    appending.merge(bytes("a"), bytes("1"));
    try (Transaction transaction = store.begin()) {
      transaction.merge(appending, bytes("a"), bytes("2"));
      transaction.merge(appending, bytes("a"), bytes("3"));
      transaction.merge(appending, bytes("b"), bytes("4"));
      assertEquals("123", get(transaction.in(appending), "a"));
      assertEquals(List.of("a=123", "b=4"), entries(transaction.in(appending), true));
      assertEquals(List.of("a=1"), entries(appending, true));
      transaction.commit();
    }
    appending.merge(bytes("a"), bytes("5"));
    assertEquals(List.of("a=1235", "b=4"), entries(appending, true));
  }

  @Test
  void operandOfAnother_isAConflict() {
    try (Transaction transaction = store.begin()) {
      transaction.merge(appending, bytes("a"), bytes("2"));
      appending.merge(bytes("a"), bytes("1"));
      ConflictException conflict =
          assertThrows(ConflictException.class, () -> transaction.commit());
      assertTrue(conflict.getMessage().contains("appending"), conflict.getMessage());
    }
    assertEquals("1", get(appending, "a"));
  }

  @Test
  void operand_needsAnOperator() {
    try (Transaction transaction = store.begin()) {
      assertThrows(
          IllegalStateException.class, () -> transaction.merge(plain, bytes("a"), bytes("1")));
      assertThrows(
          IllegalArgumentException.class,
          () -> transaction.put(appending, bytes("a"), bytes("1"), HOUR));
      assertEquals(0, transaction.count());
    }
  }

  @Test
  void operandsOverAnEntryThatExpires_haveNothingBefore_fromItsInstantOn() {
    plain.put(bytes("a"), bytes("1"), HOUR);
    Tree merging =
        store.tree("plain", TreeOptions.builder().mergeOperator(MergeOperator.append()).build());
    for (boolean inTables : new boolean[] {false, true}) {
      merging.merge(bytes("a"), bytes("2"));
      if (inTables) {
        store.flush();
      }
      String expected = inTables ? "122" : "12";
      assertEquals(expected, get(merging, "a"));
      assertEquals(List.of("a=" + expected), entries(merging, true));
      assertEquals(List.of("a=" + expected), entries(merging, false));
    }
    clock.advance(HOUR);
    for (boolean compacted : new boolean[] {false, true}) {
      assertEquals("22", get(merging, "a"));
      assertEquals(List.of("a=22"), entries(merging, true));
      assertEquals(List.of("a=22"), entries(merging, false));
      assertEquals(1, merging.getAll(new byte[][] {bytes("a")}).length);
      if (!compacted) {
        store.compact();
      }
    }
  }

  private static List<String> pairs(MultiReader reader, boolean forward) {
    List<String> found = new ArrayList<>();
    try (MultiCursor cursor = reader.cursor()) {
      boolean more = forward ? cursor.first() : cursor.last();
      for (; more; more = forward ? cursor.next() : cursor.prev()) {
        found.add(new String(cursor.keyBytes(), UTF_8) + new String(cursor.valueBytes(), UTF_8));
      }
    }
    return found;
  }

  @Test
  void multiTrees_arePartOfTransactions() {
    MultiTree multi = store.multiTree("multi");
    multi.add(bytes("a"), bytes("1"));
    multi.add(bytes("b"), bytes("1"));
    multi.add(bytes("c"), bytes("1"));
    try (Transaction transaction = store.begin(Isolation.SERIALIZABLE)) {
      transaction.add(multi, bytes("a"), bytes("0"));
      transaction.add(multi, MemorySegment.ofArray(bytes("a")), MemorySegment.ofArray(bytes("2")));
      transaction.remove(multi, bytes("a"), bytes("1"));
      transaction.removeAll(multi, bytes("b"));
      transaction.put(plain, bytes("p"), bytes("1"));
      MultiReader reader = transaction.in(multi);
      assertEquals(List.of("a0", "a2", "c1"), pairs(reader, true));
      assertEquals(List.of("c1", "a2", "a0"), pairs(reader, false));
      assertEquals(2, reader.count(bytes("a")));
      assertTrue(reader.contains(bytes("a"), bytes("2")));
      assertEquals(List.of("a1", "b1", "c1"), pairs(multi, true));
      transaction.commit();
    }
    assertEquals(List.of("a0", "a2", "c1"), pairs(multi, true));
    try (Transaction transaction = store.begin(Isolation.SERIALIZABLE)) {
      assertEquals(1, transaction.in(multi).count(bytes("c")));
      transaction.removeAll(multi, KeyRange.atLeast(bytes("d")));
      multi.add(bytes("c"), bytes("2")); // a phantom
      assertThrows(ConflictException.class, () -> transaction.commit());
    }
    multi.clear();
    assertEquals(List.of(), pairs(multi, true));
  }
}
