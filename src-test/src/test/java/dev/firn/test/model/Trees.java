package dev.firn.test.model;

import dev.firn.Durability;
import dev.firn.MergeOperator;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.test.model.Operation.Access;
import dev.firn.test.model.Operation.Entry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The trees of scripts: those whose name begins with {@code m} append by a merge operator. */
public final class Trees {

  private static final TreeOptions MERGING =
      TreeOptions.builder().mergeOperator(MergeOperator.append()).build();

  private Trees() {}

  static boolean merges(String name) {
    return name.startsWith("m");
  }

  /** Opens or makes a tree. */
  public static Tree open(Store store, String name) {
    return merges(name) ? store.tree(name, MERGING) : store.tree(name);
  }

  /** Writes an entry with a value to its tree. */
  static void put(Tree tree, Entry entry, Value value, Access access, Durability durability) {
    byte[] key = entry.key().bytes();
    byte[] bytes = value.bytes();
    if (access != Access.SEGMENT) {
      if (entry.isOperand()) {
        tree.merge(key, bytes, durability);
      } else {
        tree.put(key, bytes, durability);
      }
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keySegment = Buffers.of(arena, key);
      if (entry.isOperand()) {
        tree.merge(keySegment, Buffers.of(arena, bytes), durability);
      } else {
        tree.put(keySegment, Buffers.of(arena, bytes), durability);
      }
    }
  }
}
