package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.CorruptionException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link KeyReader#getAll} gives the answers of {@code get}. */
class GetAllTest {

  private static final int KEYS = 3000;

  @TempDir Path directory;

  private Store store;
  private Tree tree;

  private void open(Compression compression) {
    store =
        Store.open(
            directory.resolve("store"),
            StoreOptions.builder()
                .journalSegmentBytes(64 << 10)
                .tableBytes(64 << 10)
                .blockBytes(512)
                .blockCacheBytes(32 << 10)
                .compression(compression)
                .build());
    tree = store.tree("t");
  }

  @AfterEach
  void tearDown() {
    store.close();
  }

  private static byte[] key(int i) {
    return "key%07d".formatted(i).getBytes(UTF_8);
  }

  private static byte[] value(int i, int version) {
    return (version + ".".repeat(i % 300)).getBytes(UTF_8);
  }

  /** Writes some keys of the first {@link #KEYS} and deletes others. */
  private void write(Random random, int count, int version) {
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(KEYS);
      if (random.nextInt(4) == 0) {
        tree.delete(key(at));
      } else {
        tree.put(key(at), value(at, version));
      }
    }
  }

  /** Compares with single gets, for keys of which some were never written. */
  private static void assertSameAsGets(KeyReader reader, Random random, int count) {
    byte[][] keys = new byte[count][];
    MemorySegment[] segments = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      keys[i] = key(random.nextInt(KEYS + KEYS / 4));
      segments[i] = MemorySegment.ofArray(keys[i]);
    }
    byte[][] found = reader.getAll(keys);
    byte[][] passed = new byte[count][];
    List<Integer> order = new ArrayList<>();
    reader.getAll(
        segments,
        (index, memory, offset, length) -> {
          order.add(index);
          passed[index] = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
          assertTrue(memory.isReadOnly());
        });
    assertEquals(order.stream().sorted().distinct().toList(), order);
    assertEquals(count, found.length);
    for (int i = 0; i < count; i++) {
      byte[] expected = reader.get(keys[i]);
      assertArrayEquals(expected, found[i]);
      assertArrayEquals(expected, passed[i]);
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void getAll_fromMemtablesAndTables_equalsGets(Compression compression) {
    open(compression);
    Random random = new Random(compression.ordinal());
    assertSameAsGets(tree, random, 50);
    try (Snapshot empty = store.snapshot()) {
      for (int version = 0; version < 6; version++) {
        write(random, 1200, version);
        try (Snapshot snapshot = store.snapshot()) {
          write(random, 600, 100 + version);
          for (int count : new int[] {0, 1, 2, 31, 32, 33, 100, 700}) {
            assertSameAsGets(tree, random, count);
            assertSameAsGets(tree.at(snapshot), random, count);
            assertSameAsGets(tree.at(empty), random, count);
          }
        }
        if (version % 3 == 1) {
          store.flush();
        } else if (version == 5) {
          store.compact();
          assertSameAsGets(tree, random, 1000);
        }
      }
    }
  }

  @Test
  void getAll_afterReopening_readsUncheckedBlocks() {
    open(Compression.NONE);
    write(new Random(1), 4000, 1);
    store.close();
    open(Compression.NONE);
    assertSameAsGets(tree, new Random(2), 500);
  }

  @Test
  void getAll_ofEqualAndLongKeys() {
    open(Compression.NONE);
    byte[] longest = new byte[65_536];
    byte[][] keys = {key(1), longest, key(1), {}, longest.clone(), Arrays.copyOf(longest, 65_535)};
    tree.put(key(1), value(1, 1));
    tree.put(longest, value(2, 2));
    tree.put(new byte[0], value(3, 3));
    for (int pass = 0; pass < 2; pass++) {
      byte[][] found = tree.getAll(keys);
      assertArrayEquals(value(1, 1), found[0]);
      assertArrayEquals(value(2, 2), found[1]);
      assertArrayEquals(value(1, 1), found[2]);
      assertArrayEquals(value(3, 3), found[3]);
      assertArrayEquals(value(2, 2), found[4]);
      assertNull(found[5]);
      store.compact();
    }
  }

  @Test
  void getAll_ofAWrongKey_namesItsIndex() {
    open(Compression.NONE);
    byte[][] missing = {key(1), key(2), null};
    byte[][] tooLong = {key(1), new byte[65_537]};
    MemorySegment[] noSegment = {null};
    assertEquals(
        "keys[2]",
        assertThrows(NullPointerException.class, () -> tree.getAll(missing)).getMessage());
    assertEquals(
        "keys[1] length=65537: must be at most 65536",
        assertThrows(IllegalArgumentException.class, () -> tree.getAll(tooLong)).getMessage());
    assertEquals(
        "keys[0]",
        assertThrows(
                NullPointerException.class,
                () -> tree.getAll(noSegment, (index, memory, offset, length) -> {}))
            .getMessage());
  }

  @Test
  void getAll_whenTheConsumerThrows_endsWithThat() {
    open(Compression.LZ4);
    write(new Random(3), 2000, 1);
    store.compact();
    MemorySegment[] keys = new MemorySegment[KEYS];
    for (int i = 0; i < KEYS; i++) {
      keys[i] = MemorySegment.ofArray(key(i));
    }
    RuntimeException thrown = new CorruptionException(Path.of("another"), 0, "a", "b");
    RuntimeException caught =
        assertThrows(
            RuntimeException.class,
            () ->
                tree.getAll(
                    keys,
                    (index, memory, offset, length) -> {
                      throw thrown;
                    }));
    assertSame(thrown, caught);
    assertEquals(0, caught.getSuppressed().length);
    assertTrue(store.health().damage().isEmpty(), "the store's files are intact");
    assertSameAsGets(tree, new Random(4), 100);
  }

  @Test
  void getAll_inAConsumer_usesOtherMemory() {
    open(Compression.LZ4);
    write(new Random(5), 2000, 1);
    store.flush();
    MemorySegment[] keys = new MemorySegment[60];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = MemorySegment.ofArray(key(i));
    }
    Random random = new Random(6);
    tree.getAll(
        keys,
        (index, memory, offset, length) -> {
          byte[] before = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
          assertSameAsGets(tree, random, 40);
          assertArrayEquals(tree.get(key(index)), before);
          assertArrayEquals(before, memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
        });
  }

  @Test
  void getAll_besideAWriter_isOfOneMoment() throws InterruptedException {
    open(Compression.NONE);
    byte[][] keys = new byte[100][];
    WriteBatch first = new WriteBatch();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(i * 7);
      first.put(tree, keys[i], new byte[300]);
    }
    store.write(first);
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int round = 1; round < 60; round++) {
                      WriteBatch batch = new WriteBatch();
                      byte[] value = new byte[300];
                      Arrays.fill(value, (byte) round);
                      for (byte[] key : keys) {
                        batch.put(tree, key, value);
                      }
                      store.write(batch);
                    }
                  } catch (Throwable t) {
                    failure.set(t);
                  } finally {
                    done.set(true);
                  }
                });
    boolean last;
    do {
      last = done.get();
      byte[][] found = tree.getAll(keys);
      for (byte[] value : found) {
        assertArrayEquals(found[0], value);
      }
    } while (!last);
    writer.join();
    assertNull(failure.get());
    assertEquals(59, tree.getAll(keys)[0][0]);
  }

  @Test
  void getAll_ofADamagedBlock_namesTheKey() throws IOException {
    open(Compression.NONE);
    for (int i = 0; i < 120; i++) {
      tree.put(key(i), value(299, i));
    }
    store.compact();
    store.close();
    damageFirstBlock();
    open(Compression.NONE);
    byte[][] keys = {key(110), key(40), key(0), key(119)};
    CorruptionException caught = assertThrows(CorruptionException.class, () -> tree.getAll(keys));
    assertEquals("while reading keys[2]", caught.getSuppressed()[0].getMessage());
    keys[2] = key(100);
    assertArrayEquals(value(299, 100), tree.getAll(keys)[2]);
    assertThrows(CorruptionException.class, () -> tree.get(key(0)));
  }

  /** Changes a byte in the first block of the only table. */
  private void damageFirstBlock() throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory.resolve("store"), "*.table")) {
      List<Path> tables = new ArrayList<>();
      files.forEach(tables::add);
      assertEquals(1, tables.size());
      try (RandomAccessFile file = new RandomAccessFile(tables.getFirst().toFile(), "rw")) {
        file.seek(300);
        int old = file.read();
        file.seek(300);
        file.write(old ^ 1);
      }
    }
  }

  @Test
  void getAll_ofWhatIsClosed_isRefused() {
    open(Compression.NONE);
    byte[][] none = {};
    byte[][] keys = {key(1)};
    Snapshot snapshot = store.snapshot();
    KeyReader moment = tree.at(snapshot);
    snapshot.close();
    assertThrows(IllegalStateException.class, () -> moment.getAll(keys));
    store.dropTree("t");
    assertThrows(IllegalStateException.class, () -> tree.getAll(keys));
    store.close();
    assertThrows(IllegalStateException.class, () -> tree.getAll(none));
  }
}
