package dev.firn.test.errors;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.MergeOperator;
import dev.firn.Savepoint;
import dev.firn.Store;
import dev.firn.Transaction;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one thread wrote under keys of its own, and so what each of them may hold: the value of the
 * last acknowledged write, or of one that failed after it.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class Expected {

  private static final String ABSENT = "";
  private static final String TREE = "t";

  private static final TreeOptions APPENDING =
      TreeOptions.builder().mergeOperator(MergeOperator.append()).build();

  private final String name;

  /** What a key may hold while the store is open, and after the death of the process. */
  private final Map<String, Set<String>> afterKill = new TreeMap<>();

  /** What a key may hold after a power cut. */
  private final Map<String, Set<String>> afterPowerCut = new TreeMap<>();

  private int numbers;

  Expected(String name) {
    this.name = name;
  }

  /** The tree that all write to. */
  static Tree tree(Store store) {
    return store.tree(TREE, APPENDING);
  }

  /** Puts a value of this length under a key. */
  void put(Store store, String key, int bytes, Durability durability) {
    String value = value(bytes);
    mayBecome(key, value);
    tree(store).put(key(key), bytes(value), durability);
    became(key, value);
    if (durability == Durability.SYNCED) {
      everythingIsDurable();
    }
  }

  /**
   * Puts a value of this length under several keys, in a batch. What cannot be added to the batch
   * is added again.
   *
   * @param attempts tells whether a call succeeded
   */
  void putBatch(
      Store store,
      List<String> keys,
      int bytes,
      Durability durability,
      Predicate<ErrorScript.Call> attempts) {
    String value = value(bytes);
    Tree tree = tree(store);
    keys.forEach(key -> mayBecome(key, value));
    WriteBatch batch = new WriteBatch();
    for (String key : keys) {
      if (!attempts.test(() -> batch.put(tree, key(key), bytes(value)))) {
        batch.put(tree, key(key), bytes(value));
      }
    }
    store.write(batch, durability);
    keys.forEach(key -> became(key, value));
    if (durability == Durability.SYNCED) {
      everythingIsDurable();
    }
  }

  /** Puts a value of this length under several keys, in a transaction that reads them, too. */
  void putTransaction(Store store, List<String> keys, int bytes, Durability durability) {
    String value = value(bytes);
    Tree tree = tree(store);
    keys.forEach(key -> mayBecome(key, value));
    try (Transaction transaction = store.begin()) {
      transaction.getForUpdate(tree, key(keys.getFirst()));
      Savepoint before = transaction.savepoint();
      transaction.deleteRange(tree, KeyRange.prefix(key("")));
      transaction.rollbackTo(before);
      keys.forEach(key -> transaction.put(tree, key(key), bytes(value)));
      assertOwnWrites(transaction.in(tree), keys, value);
      transaction.commit(durability);
    }
    keys.forEach(key -> became(key, value));
    if (durability == Durability.SYNCED) {
      everythingIsDurable();
    }
  }

  private void assertOwnWrites(KeyReader reader, List<String> keys, String value) {
    int found = 0;
    try (Cursor cursor = reader.cursor(KeyRange.prefix(key("")))) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        found += Arrays.equals(cursor.valueBytes(), bytes(value)) ? 1 : 0;
      }
    }
    if (found != keys.size() || !Arrays.equals(reader.get(key(keys.getLast())), bytes(value))) {
      throw new AssertionError("OWN WRITES: " + name + " " + keys + ": " + found);
    }
  }

  /** Appends a value of this length to that of a key, by an operand. */
  void append(Store store, String key, int bytes) {
    String value = value(bytes);
    Set<String> appended = appended(afterKill, key, value);
    values(afterPowerCut, key).addAll(appended(afterPowerCut, key, value));
    values(afterKill, key).addAll(appended);
    tree(store).merge(key(key), bytes(value));
    afterKill.put(key, appended);
  }

  private static Set<String> appended(Map<String, Set<String>> map, String key, String value) {
    return values(map, key).stream().map(before -> before + value).collect(Collectors.toSet());
  }

  /** Replaces the value of a key, whatever it is, by one of this length. */
  void replace(Store store, String key, int bytes) {
    String value = value(bytes);
    mayBecome(key, value);
    tree(store).compute(key(key), before -> bytes(value));
    became(key, value);
  }

  /** A value never seen before; every second one can be compressed. */
  private String value(int bytes) {
    StringBuilder value = new StringBuilder(name + " " + ++numbers + " ");
    Random random = new Random(numbers);
    while (value.length() < bytes) {
      value.append((char) (numbers % 2 == 0 ? 'x' : 'a' + random.nextInt(26)));
    }
    return value.toString();
  }

  void delete(Store store, String key) {
    mayBecome(key, ABSENT);
    tree(store).delete(key(key));
    became(key, ABSENT);
  }

  /** Deletes all keys of this thread that begin with a prefix. */
  void deletePrefix(Store store, String prefix) {
    List<String> keys = afterKill.keySet().stream().filter(k -> k.startsWith(prefix)).toList();
    keys.forEach(key -> mayBecome(key, ABSENT));
    tree(store).deleteRange(KeyRange.prefix(key(prefix)));
    keys.forEach(key -> became(key, ABSENT));
  }

  private void mayBecome(String key, String value) {
    values(afterKill, key).add(value);
    values(afterPowerCut, key).add(value);
  }

  private void became(String key, String value) {
    afterKill.put(key, new HashSet<>(Set.of(value)));
  }

  private static Set<String> values(Map<String, Set<String>> map, String key) {
    return map.computeIfAbsent(key, k -> new HashSet<>(Set.of(ABSENT)));
  }

  /** All that was acknowledged is on the device now. */
  void everythingIsDurable() {
    afterKill.forEach((key, values) -> afterPowerCut.put(key, new HashSet<>(values)));
  }

  /** Fails unless a store holds what it must after the death of the process, or before. */
  void assertHeldAfterKill(Store store) {
    assertHeld(store, afterKill);
  }

  /** Fails unless a store holds what it must after a power cut. */
  void assertHeldAfterPowerCut(Store store) {
    assertHeld(store, afterPowerCut);
  }

  private void assertHeld(Store store, Map<String, Set<String>> expected) {
    if (expected.isEmpty()) {
      return;
    }
    Tree tree = tree(store);
    expected.forEach(
        (key, values) -> {
          byte[] value = tree.get(key(key));
          String found = value == null ? ABSENT : new String(value, StandardCharsets.US_ASCII);
          if (!values.contains(found)) {
            throw new AssertionError(
                "WRONG VALUE: %s %s holds [%s], not one of %s"
                    .formatted(name, key, brief(found), values.stream().map(this::brief).toList()));
          }
        });
  }

  private String brief(String value) {
    return value.equals(ABSENT) ? "nothing" : value.substring(0, Math.min(24, value.length()));
  }

  private byte[] key(String key) {
    return bytes(name + "/" + key);
  }

  /** The keys of a batch hold the same value, always. */
  void assertWhole(Store store, List<String> keys) {
    Tree tree = tree(store);
    byte @Nullable [] first = tree.get(key(keys.getFirst()));
    for (String key : keys) {
      if (!Arrays.equals(first, tree.get(key(key)))) {
        throw new AssertionError("HALF A BATCH: " + name + " " + keys);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
