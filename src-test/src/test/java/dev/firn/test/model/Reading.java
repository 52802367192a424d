package dev.firn.test.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.Cursor;
import dev.firn.KeyReader;
import dev.firn.Snapshot;
import dev.firn.Tree;
import dev.firn.test.model.Operation.Access;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a tree at its latest state or through a snapshot, by each overload. */
record Reading(KeyReader reader) {

  /** Fills buffers before a read, to show which bytes the read left alone. */
  private static final byte UNTOUCHED = (byte) 0xa5;

  static Reading of(Tree tree, @Nullable Snapshot snapshot) {
    return new Reading(snapshot == null ? tree : tree.at(snapshot));
  }

  Cursor cursor(Range range) {
    if (range.kind() == Range.Kind.PREFIX) {
      Cursor cursor = reader.cursor();
      cursor.first();
      cursor.reset(range.toKeyRange());
      return cursor;
    }
    return range.equals(Range.ALL) ? reader.cursor() : reader.cursor(range.toKeyRange());
  }

  boolean contains(byte[] key, Access access) {
    if (access == Access.ARRAY) {
      return reader.contains(key);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = Buffers.of(arena, key);
      return reader.contains(segment);
    }
  }

  void assertGet(byte[] key, @Nullable Value wanted, Access access, int room) {
    switch (access) {
      case ARRAY -> assertValue(wanted, getArray(key));
      case SEGMENT -> assertValue(wanted, getSegment(key));
      case INTO_ARRAY -> {
        byte[] target = filled(room);
        long length = reader.get(key, target);
        assertCopied(wanted, length, target);
      }
      case INTO_SEGMENT -> {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment from = Buffers.of(arena, key);
          MemorySegment target = Buffers.of(arena, filled(room));
          long length = reader.get(from, target);
          assertCopied(wanted, length, Buffers.toArray(target));
        }
      }
    }
  }

  void assertGetAll(List<Key> keys, List<@Nullable Value> wanted, Access access) {
    byte[] @Nullable [] found = new byte @Nullable [keys.size()][];
    if (access == Access.ARRAY) {
      found = reader.getAll(keys.stream().map(Key::bytes).toArray(byte[][]::new));
    } else {
      try (Arena arena = Arena.ofConfined()) {
        byte[] @Nullable [] copies = found;
        reader.getAll(
            keys.stream().map(k -> Buffers.of(arena, k.bytes())).toArray(MemorySegment[]::new),
            (index, memory, offset, length) ->
                copies[index] = Buffers.toArray(memory.asSlice(offset, length)));
      }
    }
    assertEquals(keys.size(), found.length);
    for (int i = 0; i < found.length; i++) {
      assertValue(wanted.get(i), found[i]);
    }
  }

  private byte @Nullable [] getArray(byte[] key) {
    return reader.get(key);
  }

  private byte @Nullable [] getSegment(byte[] key) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = Buffers.of(arena, key);
      return reader.get(segment);
    }
  }

  private static byte[] filled(int room) {
    byte[] target = new byte[room];
    Arrays.fill(target, UNTOUCHED);
    return target;
  }

  static void assertValue(@Nullable Value wanted, byte @Nullable [] found) {
    if (wanted == null) {
      assertNull(found, () -> "wanted no value, found " + Model.describe(found));
      return;
    }
    assertNotNull(found, () -> "wanted " + wanted + ", found no value");
    assertArrayEquals(
        wanted.bytes(), found, () -> "wanted " + wanted + ", found " + Model.describe(found));
  }

  private static void assertCopied(@Nullable Value wanted, long length, byte[] target) {
    assertEquals(wanted == null ? Tree.ABSENT : wanted.length(), length, "length");
    byte[] expected = filled(target.length);
    if (wanted != null) {
      byte[] value = wanted.bytes();
      System.arraycopy(value, 0, expected, 0, Math.min(value.length, expected.length));
    }
    assertArrayEquals(expected, target, () -> "what get copied of " + wanted);
  }
}
