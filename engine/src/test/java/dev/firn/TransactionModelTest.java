package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.ConflictException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Transactions beside a model: several at a time, interleaved with other writes, flushes,
 * compactions and reopenings. Each read and each conflict is predicted exactly.
 */
final class TransactionModelTest {

  private static final Path STORE = Path.of("/store");
  private static final int STEPS = Integer.getInteger("firn.steps", 4_000);
  private static final int MAX_OPEN = 4;
  private static final String END = "~";

  /** A write to a key, or to the keys of a range. */
  private record Write(int tree, String from, @Nullable String end) {

    boolean meets(Write other) {
      return tree == other.tree
          && from.compareTo(other.endOrNext()) < 0
          && other.from.compareTo(endOrNext()) < 0;
    }

    private String endOrNext() {
      return end == null ? from + '\0' : end;
    }
  }

  private static final class Model {
    final Transaction transaction;
    final Isolation isolation;
    final int begun;
    List<NavigableMap<String, String>> view;
    List<Write> writes = new ArrayList<>();
    final List<Write> reads = new ArrayList<>();
    final Deque<Saved> saved = new ArrayDeque<>();

    Model(
        Transaction transaction,
        Isolation isolation,
        int begun,
        List<NavigableMap<String, String>> view) {
      this.transaction = transaction;
      this.isolation = isolation;
      this.begun = begun;
      this.view = view;
    }

    boolean hasWritten(int tree, String key) {
      Write asked = new Write(tree, key, null);
      return writes.stream().anyMatch(asked::meets);
    }
  }

  private record Saved(
      Savepoint savepoint, List<NavigableMap<String, String>> view, List<Write> writes) {}

  private record OpenCursor(Cursor cursor, List<String> expected) {}

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final long seed = Long.getLong("firn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Model> open = new ArrayList<>();
  private final List<OpenCursor> cursors = new ArrayList<>();

  /** All committed writes, in their order. */
  private final List<Write> log = new ArrayList<>();

  private List<NavigableMap<String, String>> committed = List.of(new TreeMap<>(), new TreeMap<>());

  private Store store = open();
  private int conflicts;
  private int values;

  private Store open() {
    StoreOptions options =
        StoreOptions.builder()
            .journalSegmentBytes(16 << 10)
            .minValueFileBytes(1 << 10)
            .tableBytes(64 << 10)
            .levelBaseBytes(64 << 10)
            .build();
    return Store.open(STORE, options, files);
  }

  private Tree tree(int tree) {
    return store.tree("t" + tree);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private String key() {
    String key = "" + (char) ('a' + random.nextInt(6)) + (char) ('a' + random.nextInt(6));
    return random.nextInt(8) == 0 ? key.substring(0, 1) : key;
  }

  private String value() {
    String value = "v" + values++;
    return random.nextInt(10) == 0 ? value + "x".repeat(random.nextInt(5_000)) : value;
  }

  private static List<NavigableMap<String, String>> copy(List<NavigableMap<String, String>> of) {
    return List.of(new TreeMap<>(of.get(0)), new TreeMap<>(of.get(1)));
  }

  @Test
  void model() {
    System.out.println("-Dfirn.seed=" + seed);
    try {
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      assertEquals(open.size(), store.stats().transactions().open());
      assertEquals(0, conflictsMissed());
    } finally {
      cursors.forEach(c -> c.cursor().close());
      store.close();
    }
  }

  private int conflictsMissed() {
    return conflicts > 0 ? 0 : 1; // otherwise the test proves little
  }

  private void step() {
    int choice = random.nextInt(1000);
    if (choice < 60) {
      plainWrite();
    } else if (choice < 64) {
      store.flush();
    } else if (choice < 66) {
      store.compact();
    } else if (choice < 67) {
      reopen();
    } else if (open.isEmpty() || (choice < 120 && open.size() < MAX_OPEN)) {
      begin();
    } else {
      step(open.get(random.nextInt(open.size())));
    }
  }

  private void plainWrite() {
    int tree = random.nextInt(2);
    String key = key();
    switch (random.nextInt(6)) {
      case 0 -> {
        tree(tree).delete(bytes(key));
        committed.get(tree).remove(key);
        log.add(new Write(tree, key, null));
      }
      case 1 -> {
        String end = key();
        tree(tree).deleteRange(range(key, end));
        if (key.compareTo(end) < 0) {
          committed.get(tree).subMap(key, end).clear();
          log.add(new Write(tree, key, end));
        }
      }
      default -> {
        String value = value();
        tree(tree).put(bytes(key), bytes(value));
        committed.get(tree).put(key, value);
        log.add(new Write(tree, key, null));
      }
    }
  }

  private static KeyRange range(String from, String end) {
    return from.compareTo(end) < 0
        ? KeyRange.closedOpen(bytes(from), bytes(end))
        : KeyRange.closedOpen(bytes(from), bytes(from));
  }

  private void reopen() {
    checkCursors();
    cursors.forEach(c -> c.cursor().close());
    cursors.clear();
    store.close();
    open.forEach(model -> assertEquals(false, model.transaction.isOpen()));
    open.clear();
    store = open();
  }

  private void begin() {
    Isolation isolation = Isolation.values()[random.nextInt(2)];
    open.add(new Model(store.begin(isolation), isolation, log.size(), copy(committed)));
  }

  private void step(Model model) {
    int tree = random.nextInt(2);
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> put(model, tree);
      case 4 -> delete(model, tree);
      case 5 -> deleteRange(model, tree);
      case 6, 7, 8 -> get(model, tree);
      case 9 -> getForUpdate(model, tree);
      case 10 -> getAll(model, tree);
      case 11, 12, 13 -> scan(model, tree);
      case 14 -> save(model);
      case 15 -> rollbackTo(model);
      case 16 -> keepCursor(model, tree);
      case 17 -> checkCursors();
      case 18 -> commit(model);
      default -> {
        if (random.nextInt(3) == 0) {
          open.remove(model);
          model.transaction.close();
        }
      }
    }
  }

  private void put(Model model, int tree) {
    String key = key();
    String value = value();
    model.transaction.put(tree(tree), bytes(key), bytes(value));
    model.view.get(tree).put(key, value);
    model.writes.add(new Write(tree, key, null));
  }

  private void delete(Model model, int tree) {
    String key = key();
    model.transaction.delete(tree(tree), bytes(key));
    model.view.get(tree).remove(key);
    model.writes.add(new Write(tree, key, null));
  }

  private void deleteRange(Model model, int tree) {
    String key = key();
    String end = key();
    model.transaction.deleteRange(tree(tree), range(key, end));
    if (key.compareTo(end) < 0) {
      model.view.get(tree).subMap(key, end).clear();
      model.writes.add(new Write(tree, key, end));
    }
  }

  private void get(Model model, int tree) {
    String key = key();
    noteRead(model, tree, key);
    KeyReader reader = model.transaction.in(tree(tree));
    @Nullable String expected = model.view.get(tree).get(key);
    assertEquals(expected, text(reader.get(bytes(key))));
    assertEquals(expected != null, reader.contains(bytes(key)));
  }

  private static void noteRead(Model model, int tree, String key) {
    if (model.isolation == Isolation.SERIALIZABLE && !model.hasWritten(tree, key)) {
      model.reads.add(new Write(tree, key, null));
    }
  }

  private void getForUpdate(Model model, int tree) {
    String key = key();
    model.reads.add(new Write(tree, key, null));
    assertEquals(
        model.view.get(tree).get(key),
        text(model.transaction.getForUpdate(tree(tree), bytes(key))));
  }

  private void getAll(Model model, int tree) {
    byte[][] keys = new byte[3][];
    List<@Nullable String> expected = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      String key = key();
      noteRead(model, tree, key);
      keys[i] = bytes(key);
      expected.add(model.view.get(tree).get(key));
    }
    List<@Nullable String> found = new ArrayList<>();
    for (byte @Nullable [] value : model.transaction.in(tree(tree)).getAll(keys)) {
      found.add(text(value));
    }
    assertEquals(expected, found);
  }

  /** Some steps in one direction, from an end or from a key. */
  private void scan(Model model, int tree) {
    String from = random.nextBoolean() ? "" : key();
    String end = random.nextBoolean() ? END : key();
    if (from.compareTo(end) >= 0) {
      return;
    }
    NavigableMap<String, String> expected = model.view.get(tree).subMap(from, true, end, false);
    boolean forward = random.nextBoolean();
    int max = random.nextInt(12);
    String target = random.nextBoolean() ? key() : "";
    KeyRange range = KeyRange.closedOpen(bytes(from), bytes(end));
    List<String> found = new ArrayList<>();
    try (Cursor cursor = model.transaction.in(tree(tree)).cursor(range)) {
      boolean more;
      if (target.isEmpty()) {
        more = forward ? cursor.first() : cursor.last();
      } else {
        more = forward ? cursor.seek(bytes(target)) : cursor.seekBefore(bytes(target));
      }
      while (more && found.size() < max) {
        found.add(text(cursor.keyBytes()) + "=" + text(cursor.valueBytes()));
        more = forward ? cursor.next() : cursor.prev();
      }
    }
    String low = !target.isEmpty() && forward && target.compareTo(from) > 0 ? target : from;
    String high = !target.isEmpty() && !forward && target.compareTo(end) < 0 ? target : end;
    List<String> passed = new ArrayList<>();
    if (low.compareTo(high) < 0) {
      NavigableMap<String, String> walked = expected.subMap(low, true, high, false);
      (forward ? walked : walked.descendingMap()).keySet().forEach(passed::add);
    }
    List<String> wanted = new ArrayList<>();
    for (String key : passed.subList(0, Math.min(max, passed.size()))) {
      wanted.add(key + "=" + expected.get(key));
    }
    assertEquals(wanted, found, "seed " + seed);
    if (model.isolation == Isolation.SERIALIZABLE && low.compareTo(high) < 0) {
      // The cursor has moved once more than it has found, unless it was at the end.
      boolean toTheEnd = passed.size() <= max;
      String last = toTheEnd ? "" : passed.get(max);
      model.reads.add(
          forward
              ? new Write(tree, low, toTheEnd ? high : last + '\0')
              : new Write(tree, toTheEnd ? low : last, high));
    }
  }

  private void save(Model model) {
    model.saved.push(
        new Saved(model.transaction.savepoint(), copy(model.view), List.copyOf(model.writes)));
  }

  private void rollbackTo(Model model) {
    if (model.saved.isEmpty()) {
      return;
    }
    for (int drop = random.nextInt(model.saved.size()); drop > 0; drop--) {
      model.saved.pop();
    }
    Saved saved = model.saved.peek();
    model.transaction.rollbackTo(saved.savepoint());
    model.view = copy(saved.view());
    model.writes = new ArrayList<>(saved.writes());
    assertEquals(model.writes.size(), model.transaction.count());
  }

  /** A cursor that is read later: it sees the moment in which it was made. */
  private void keepCursor(Model model, int tree) {
    if (model.isolation == Isolation.SERIALIZABLE || cursors.size() > 4) {
      return;
    }
    List<String> expected = new ArrayList<>();
    model.view.get(tree).forEach((key, value) -> expected.add(key + "=" + value));
    cursors.add(new OpenCursor(model.transaction.in(tree(tree)).cursor(), expected));
  }

  private void checkCursors() {
    for (OpenCursor kept : cursors) {
      List<String> found = new ArrayList<>();
      Cursor cursor = kept.cursor();
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        found.add(text(cursor.keyBytes()) + "=" + text(cursor.valueBytes()));
      }
      assertEquals(kept.expected(), found, "seed " + seed);
      cursor.close();
    }
    cursors.clear();
  }

  private void commit(Model model) {
    open.remove(model);
    List<Write> later = log.subList(model.begun, log.size());
    Set<Write> depends = new HashSet<>(model.writes);
    depends.addAll(model.reads);
    boolean conflict =
        !model.writes.isEmpty()
            && later.stream().anyMatch(write -> depends.stream().anyMatch(write::meets));
    try {
      model.transaction.commit();
      assertEquals(conflict, false, "a conflict was overlooked, seed " + seed);
      for (Write write : model.writes) {
        NavigableMap<String, String> map = committed.get(write.tree());
        if (write.end() != null) {
          map.subMap(write.from(), write.end()).clear();
          log.add(write);
        }
      }
      apply(model);
    } catch (ConflictException e) {
      assertEquals(conflict, true, () -> "no conflict, seed " + seed + ": " + e.getMessage());
      conflicts++;
    }
  }

  /** What the transaction wrote is now as it saw it. */
  private void apply(Model model) {
    for (Write write : model.writes) {
      NavigableMap<String, String> to = committed.get(write.tree());
      NavigableMap<String, String> from = model.view.get(write.tree());
      if (write.end() != null) {
        to.subMap(write.from(), write.end()).clear();
        to.putAll(from.subMap(write.from(), write.end()));
      } else {
        to.remove(write.from());
        if (from.containsKey(write.from())) {
          to.put(write.from(), from.get(write.from()));
        }
        log.add(write);
      }
    }
  }
}
