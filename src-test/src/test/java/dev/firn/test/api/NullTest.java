package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Compression;
import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.IndexedValueConsumer;
import dev.firn.Isolation;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.MergeOperator;
import dev.firn.MultiCursor;
import dev.firn.MultiReader;
import dev.firn.MultiTree;
import dev.firn.Progress;
import dev.firn.Savepoint;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Transaction;
import dev.firn.TransactionBody;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.ValueConsumer;
import dev.firn.WriteBatch;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Null for any argument of any public method is a {@link NullPointerException} and changes nothing.
 */
final class NullTest {

  private static final List<Class<?>> API =
      List.of(
          Store.class,
          Tree.class,
          KeyReader.class,
          Cursor.class,
          WriteBatch.class,
          KeyRange.class,
          StoreOptions.class,
          StoreOptions.Builder.class,
          TreeOptions.Builder.class,
          Transaction.class,
          MultiTree.class,
          MultiReader.class,
          MultiCursor.class);

  private static final TreeOptions APPENDING =
      TreeOptions.builder().mergeOperator(MergeOperator.append()).build();

  @Test
  void anyArgument_null_isRefused() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    List<String> wrong = new ArrayList<>();
    try (Store store = disk.open(TinyOptions.smallest())) {
      Tree tree = store.tree("t", APPENDING);
      tree.put(new byte[] {1}, new byte[] {2});
      MultiTree multi = store.multiTree("multi");
      multi.add(new byte[] {1}, new byte[] {2});
      try (Snapshot snapshot = store.snapshot();
          Transaction transaction = store.begin();
          MultiCursor pairs = multi.cursor();
          Cursor cursor = tree.cursor()) {
        assertTrue(cursor.first());
        assertTrue(pairs.first());
        Map<Class<?>, Object> values = values(store, tree, snapshot, cursor);
        values.put(Transaction.class, transaction);
        values.put(Savepoint.class, transaction.savepoint());
        values.put(MultiTree.class, multi);
        values.put(MultiReader.class, multi.at(snapshot));
        values.put(MultiCursor.class, pairs);
        int calls = 0;
        for (Class<?> type : API) {
          for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != Object.class && !method.getName().equals("equals")) {
              calls += callWithNulls(values.get(type), method, values, wrong);
            }
          }
        }
        assertTrue(calls > 50, "calls: " + calls);
      }
      assertEquals(2, store.stats().lastSequence(), "entries written");
      assertEquals(List.of("multi", "t"), store.treeNames());
    }
    assertEquals(List.of(), wrong);
    disk.assertNothingOpen();
  }

  private static Map<Class<?>, Object> values(
      Store store, Tree tree, Snapshot snapshot, Cursor cursor) {
    Map<Class<?>, Object> values = new HashMap<>();
    values.put(Store.class, store);
    values.put(Tree.class, tree);
    values.put(KeyReader.class, tree.at(snapshot));
    values.put(Snapshot.class, snapshot);
    values.put(Cursor.class, cursor);
    values.put(WriteBatch.class, new WriteBatch());
    values.put(KeyRange.class, KeyRange.all());
    values.put(StoreOptions.class, TinyOptions.smallest());
    values.put(StoreOptions.Builder.class, TinyOptions.smallest().toBuilder());
    values.put(Path.class, MemoryDisk.DIRECTORY);
    values.put(String.class, "t");
    values.put(byte[].class, new byte[] {1});
    values.put(byte[][].class, new byte[][] {{1}});
    values.put(MemorySegment[].class, new MemorySegment[] {MemorySegment.ofArray(new byte[] {1})});
    values.put(ValueConsumer.class, (ValueConsumer) (memory, offset, length) -> {});
    values.put(
        IndexedValueConsumer.class, (IndexedValueConsumer) (index, memory, offset, length) -> {});
    values.put(MemorySegment.class, MemorySegment.ofArray(new byte[] {1}));
    values.put(Durability.class, Durability.BUFFERED);
    values.put(Compression.class, Compression.NONE);
    values.put(Duration.class, Duration.ZERO);
    values.put(Progress.class, (Progress) (done, total) -> {});
    values.put(TreeOptions.class, TreeOptions.builder().build());
    values.put(TreeOptions.Builder.class, TreeOptions.builder());
    values.put(Isolation.class, Isolation.SNAPSHOT);
    values.put(TransactionBody.class, (TransactionBody<?, ?>) transaction -> null);
    values.put(UnaryOperator.class, UnaryOperator.identity());
    return values;
  }

  private static int callWithNulls(
      Object receiver, Method method, Map<Class<?>, Object> values, List<String> wrong)
      throws Exception {
    int calls = 0;
    Class<?>[] types = method.getParameterTypes();
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isPrimitive()) {
        calls++;
        String call = method + " with null for argument " + (i + 1);
        try {
          method.invoke(receiver, arguments(types, i, values));
          wrong.add(call + " returned");
        } catch (InvocationTargetException e) {
          if (!(e.getCause() instanceof NullPointerException)) {
            wrong.add(call + " threw " + e.getCause());
          }
        }
      }
    }
    return calls;
  }

  private static Object[] arguments(Class<?>[] types, int nullAt, Map<Class<?>, Object> values) {
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (i != nullAt) {
        arguments[i] = values.get(types[i]);
        assertInstanceOf(Object.class, arguments[i], () -> "no value for the test");
      }
    }
    return arguments;
  }
}
