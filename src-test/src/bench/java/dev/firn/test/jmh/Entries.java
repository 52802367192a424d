package dev.firn.test.jmh;

import dev.firn.cli.workload.BenchKey;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Store keys of numbers: tree 1, then 16 decimal digits. */
final class Entries {

  /** The length of a store key. */
  static final int KEY_BYTES = StoreKey.TREE_BYTES + BenchKey.BYTES;

  /** The length of a value. */
  static final int VALUE_BYTES = 100;

  private final BenchKey digits;
  private final MemorySegment key;

  Entries(Arena arena) {
    digits = new BenchKey(arena);
    key = arena.allocate(KEY_BYTES, 8);
    StoreKey.setTree(key, 0, 1);
  }

  /** The store key of a number; the same memory each time. */
  MemorySegment key(long number) {
    MemorySegment.copy(digits.set(number), 0, key, StoreKey.TREE_BYTES, BenchKey.BYTES);
    return key;
  }
}
