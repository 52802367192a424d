import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.MergeOperator;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.WriteBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;

/** The code of docs/recipes.md. */
final class Recipes {

  private Recipes() {}

  static byte[] key(long number) {
    return ByteBuffer.allocate(8).putLong(number ^ Long.MIN_VALUE).array();
  }

  static long number(byte[] key) {
    return ByteBuffer.wrap(key).getLong() ^ Long.MIN_VALUE;
  }

  static byte[] key(String user, long time) {
    byte[] name = user.getBytes(UTF_8);
    return ByteBuffer.allocate(name.length + 9).put(name).put((byte) 0).putLong(time).array();
  }

  static KeyRange hour(String user, long from) {
    return KeyRange.closedOpen(key(user, from), key(user, from + 3600));
  }

  static void delete(Store store, Tree tree, KeyRange range) {
    WriteBatch batch = new WriteBatch();
    try (Cursor cursor = tree.cursor(range)) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        batch.delete(tree, cursor.key());
        if (batch.count() == 1000) {
          store.write(batch);
          batch.clear();
        }
      }
    }
    store.write(batch);
  }

  static void load(Store store, Tree tree, Iterator<Map.Entry<byte[], byte[]>> entries) {
    WriteBatch batch = new WriteBatch();
    while (entries.hasNext()) {
      Map.Entry<byte[], byte[]> entry = entries.next();
      batch.put(tree, entry.getKey(), entry.getValue());
      if (batch.count() == 1000 || !entries.hasNext()) {
        store.write(batch);
        batch.clear();
      }
    }
  }

  static void copy(Tree tree, ByteBuffer key, ByteBuffer value) {
    tree.put(MemorySegment.ofBuffer(key), MemorySegment.ofBuffer(value));
    ByteBuffer target = ByteBuffer.allocateDirect(4096);
    long length = tree.get(MemorySegment.ofBuffer(key), MemorySegment.ofBuffer(target));
    if (length >= 0 && length <= target.capacity()) {
      target.limit((int) length);
    }
  }

  static long total(KeyReader reader, MemorySegment[] keys) {
    long[] total = {0};
    reader.getAll(
        keys,
        (index, memory, offset, length) ->
            total[0] += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
    return total[0];
  }

  static void remember(Store store, byte[] key, byte[] value) {
    Tree sessions =
        store.tree("sessions", TreeOptions.builder().timeToLive(Duration.ofHours(12)).build());
    sessions.put(key, value); // 12 hours
    sessions.put(key, value, Duration.ofMinutes(5));
  }

  static Tree counters(Store store) {
    MergeOperator adding = MergeOperator.counter();
    return store.tree("counters", TreeOptions.builder().mergeOperator(adding).build());
  }

  static void count(Tree counters, byte[] key, long by) {
    counters.merge(key, MergeOperator.ofLong(by));
  }

  static long total(KeyReader counters, byte[] key) {
    return MergeOperator.toLong(counters.get(key));
  }

  static long increment(Tree tree, byte[] key, long by) {
    byte[] count =
        tree.compute(key, before -> MergeOperator.ofLong(MergeOperator.toLong(before) + by));
    return MergeOperator.toLong(count);
  }
}
