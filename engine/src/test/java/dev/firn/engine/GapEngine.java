package dev.firn.engine;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.core.StoreKey;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.sstable.TableOptions;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A small store in memory whose scans prove a gap from a few entries on. Keys are numbers. */
final class GapEngine implements AutoCloseable {

  static final int SEGMENT_BYTES = 1 << 16;

  final Engine engine;
  final int tree;

  GapEngine(int gapEntries) {
    this(gapEntries, Long.MAX_VALUE);
  }

  /**
   * @param minValueFileBytes minimum length of the values that stay in value files
   */
  GapEngine(int gapEntries, long minValueFileBytes) {
    engine =
        Engine.open(
            EngineFixture.STORE,
            new EngineOptions(
                true,
                false,
                SEGMENT_BYTES,
                64 << 20,
                minValueFileBytes,
                0,
                Long.MAX_VALUE,
                0,
                0,
                1 << 20,
                problem -> {},
                TableOptions.DEFAULT,
                CompactionPolicy.defaults()
                    .withTargetTableBytes(16 << 10)
                    .withLevelBaseBytes(64 << 10),
                InstantSource.system(),
                gapEntries),
            new MemoryFileSystem());
    tree = engine.createTree("t");
  }

  static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  void put(int key) {
    write(record -> record.put(tree, key(key), key(key)));
  }

  void delete(int key) {
    write(record -> record.delete(tree, key(key)));
  }

  /** The first store key at or after a key. */
  byte[] storeKey(int key) {
    return ByteBuffer.allocate(StoreKey.TREE_BYTES + Integer.BYTES)
        .putInt(tree)
        .putInt(key)
        .array();
  }

  void deleteRange(int from, int to) {
    write(record -> record.deleteRange(tree, key(from), storeKey(to)));
  }

  void write(Consumer<RecordBuilder> entries) {
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      entries.accept(record);
      engine.commit(session, record, false);
    } finally {
      record.release();
    }
  }

  LeasedCursor cursor(int lower, int upper, @Nullable LongSupplier sequence) {
    return LeasedCursor.of(engine.cursor(tree, key(lower), key(upper), sequence));
  }

  static int key(LeasedCursor cursor) {
    return cursor
        .key()
        .get(
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN),
            StoreKey.TREE_BYTES);
  }

  /** The keys of a range. */
  List<Integer> scan(int lower, int upper, boolean forward, @Nullable LongSupplier sequence) {
    List<Integer> keys = new ArrayList<>();
    try (LeasedCursor cursor = cursor(lower, upper, sequence)) {
      for (boolean more = forward ? cursor.first() : cursor.last();
          more;
          more = forward ? cursor.next() : cursor.prev()) {
        keys.add(key(cursor));
      }
    }
    return keys;
  }

  @Override
  public void close() {
    engine.close();
  }
}
