package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.firn.Cursor;
import dev.firn.EntryConsumer;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.MultiCursor;
import dev.firn.MultiTree;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.RealDisk;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operations that promise to allocate nothing in steady state. */
final class AllocationTest {

  private static final int ENTRIES = 20_000;
  private static final int WARM_UP = 30_000;
  private static final int OPERATIONS = 100_000;

  /** Room for rare events such as a new generation: less than one object per operation. */
  private static final double BYTES_PER_OPERATION = 0.5;

  /** The size of a {@link Cursor}, with room for rare events. */
  private static final double CURSOR_BYTES = 56 + BYTES_PER_OPERATION;

  private static final KeyRange ALL = KeyRange.all();

  private final RealDisk disk = new RealDisk();
  private final Store store =
      disk.open(StoreOptions.builder().journalSegmentBytes(32 << 20).build());
  private final Tree tree = store.tree("t");
  private final byte[] key = new byte[8];
  private final byte[] value = new byte[100];
  private final ByteBuffer number = ByteBuffer.wrap(key);

  AllocationTest() {
    for (int i = 0; i < ENTRIES; i++) {
      tree.put(keyOf(i), value);
    }
  }

  @AfterEach
  void nothingIsOpen() {
    store.close();
    disk.assertNothingOpen();
    disk.close();
  }

  @Test
  void get_intoBuffer_fromMemory_allocatesNothing() {
    assertAllocatesNothing("get", this::get);
  }

  @Test
  void get_intoBuffer_fromTables_allocatesNothing() {
    store.flush();
    store.compact();
    assertAllocatesNothing("get", this::get);
  }

  private void get(int i) {
    // Every third key is absent.
    tree.get(keyOf(i % (ENTRIES * 3 / 2)), value);
  }

  @Test
  void contains_allocatesNothing() {
    store.flush();
    assertAllocatesNothing("contains", i -> tree.contains(keyOf(i % (2 * ENTRIES))));
  }

  @Test
  void put_allocatesNothing() {
    assertAllocatesNothing("put", i -> tree.put(keyOf(i % ENTRIES), value));
  }

  @Test
  void writeBatch_reused_allocatesNothing() {
    WriteBatch batch = new WriteBatch();
    assertAllocatesNothing(
        "batch",
        i -> {
          batch.clear();
          batch.put(tree, keyOf(i % ENTRIES), value);
          batch.delete(tree, keyOf(i % ENTRIES + 1));
          store.write(batch);
        });
  }

  @Test
  void cursorStep_allocatesNothing() {
    try (Cursor cursor = tree.cursor()) {
      cursor.first();
      assertAllocatesNothing("step", i -> step(cursor));
    }
    store.flush();
    try (Cursor cursor = tree.cursor()) {
      cursor.first();
      assertAllocatesNothing("step", i -> step(cursor));
    }
  }

  @Test
  void multiTree_allocatesNothing() {
    MultiTree multi = store.multiTree("multi");
    assertAllocatesNothing("add", i -> multi.add(keyOf(i % 100), value));
    assertAllocatesNothing("contains", i -> multi.contains(keyOf(i % 200), value));
    for (int i = 0; i < ENTRIES; i++) {
      multi.add(withoutZero(keyOf(i / 50).clone()), keyOf(i));
    }
    multi.removeAll(KeyRange.lessThan(new byte[] {1}));
    for (int flushed = 0; flushed < 2; flushed++) {
      try (MultiCursor cursor = multi.cursor()) {
        cursor.first();
        assertAllocatesNothing("step", i -> step(cursor, cursor.next()));
        assertAllocatesNothing("step by key", i -> step(cursor, cursor.nextKey()));
      }
      store.flush();
    }
  }

  private static void step(MultiCursor cursor, boolean found) {
    if (!found) {
      cursor.first();
    }
    assertEquals(8, cursor.key().byteSize());
    assertEquals(8, cursor.value().byteSize());
  }

  /** A key that is as long in a multi tree as the other ones. */
  private static byte[] withoutZero(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] |= 1;
    }
    return bytes;
  }

  private static void step(Cursor cursor) {
    if (!cursor.next()) {
      cursor.first();
    }
  }

  @Test
  void cursorEntry_inPlace_allocatesNothing() {
    try (Cursor cursor = tree.cursor()) {
      cursor.first();
      assertAllocatesNothing("look in memory", i -> look(cursor));
    }
    store.flush();
    store.compact();
    try (Cursor cursor = tree.cursor()) {
      cursor.first();
      assertAllocatesNothing("look in tables", i -> look(cursor));
    }
  }

  private static void look(Cursor cursor) {
    step(cursor);
    assertEquals(8, cursor.key().byteSize());
    assertEquals(0, cursor.valueMemory().get(ValueLayout.JAVA_BYTE, cursor.valueOffset() + 99));
  }

  @Test
  void cursorForEach_allocatesNothing() {
    store.flush();
    EntryConsumer[] consumers = {
      (key, memory, offset, length) -> assertEquals(100, length),
      (key, memory, offset, length) -> assertEquals(8, key.byteSize()),
      (key, memory, offset, length) ->
          assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, offset + 99))
    };
    try (Cursor cursor = tree.cursor(KeyRange.atLeast(keyOf(ENTRIES - 6)))) {
      assertAllocatesNothing("forEach", i -> cursor.forEach(consumers[i % consumers.length]));
    }
  }

  @Test
  void get_atSnapshot_allocatesNothing() {
    try (Snapshot snapshot = store.snapshot()) {
      KeyReader moment = tree.at(snapshot);
      assertAllocatesNothing("get", i -> moment.get(keyOf(i % (ENTRIES * 3 / 2)), value));
    }
  }

  @Test
  void cursorSeek_allocatesNothing() {
    try (Cursor cursor = tree.cursor()) {
      assertAllocatesNothing("seek", i -> cursor.seek(keyOf(i % ENTRIES)));
      assertAllocatesNothing("seekAtOrBefore", i -> cursor.seekAtOrBefore(keyOf(i % ENTRIES)));
    }
  }

  @Test
  void newCursor_allocatesItsHandle() {
    assertAllocates("short scan in memory", CURSOR_BYTES, this::shortScan);
    store.flush();
    assertAllocates("short scan in a table", CURSOR_BYTES, this::shortScan);
    for (int i = 0; i < ENTRIES; i += 3) {
      tree.put(keyOf(i), value);
    }
    assertAllocates("short scan of both", CURSOR_BYTES, this::shortScan);
  }

  private void shortScan(int i) {
    try (Cursor cursor = tree.cursor(ALL)) {
      boolean more = cursor.seek(keyOf(i % ENTRIES));
      for (int steps = 0; more && steps < 10; steps++) {
        assertEquals(8, cursor.key().byteSize());
        assertEquals(0, cursor.valueMemory().get(ValueLayout.JAVA_BYTE, cursor.valueOffset() + 9));
        more = cursor.next();
      }
    }
  }

  @Test
  void cursorSeek_inManyTables_allocatesNothing() {
    try (RealDisk other = new RealDisk();
        Store many = other.open(StoreOptions.builder().tableBytes(64 << 10).build())) {
      Tree same = many.tree("t");
      for (int i = 0; i < ENTRIES; i++) {
        same.put(keyOf(i), value);
      }
      many.compact();
      assertTrue(many.stats().tables().levels().getLast().tables() > 10);
      try (Cursor cursor = same.cursor()) {
        assertAllocatesNothing("seek", i -> cursor.seek(keyOf(i % ENTRIES)));
      }
    }
  }

  private byte[] keyOf(int i) {
    number.putLong(0, i * 0x9e3779b9L);
    return key;
  }

  private static void assertAllocatesNothing(String name, IntConsumer operation) {
    assertAllocates(name, BYTES_PER_OPERATION, operation);
  }

  private static void assertAllocates(String name, double limit, IntConsumer operation) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    repeat(operation, WARM_UP);
    double perOperation = Double.MAX_VALUE;
    // The JIT may still be compiling during the first rounds.
    for (int round = 0; round < 5 && perOperation > limit; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      repeat(operation, OPERATIONS);
      perOperation = (double) (threads.getThreadAllocatedBytes(thread) - before) / OPERATIONS;
    }
    double allocated = perOperation;
    assertTrue(allocated <= limit, () -> "%s allocates %.2f bytes".formatted(name, allocated));
  }

  private static void repeat(IntConsumer operation, int times) {
    for (int i = 0; i < times; i++) {
      operation.accept(i);
    }
  }
}
