package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class StoreKeyTest {

  @Test
  void tree_roundTripAtAnyOffset() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16);
      for (int offset = 0; offset < 8; offset++) {
        for (int tree : new int[] {0, 1, 255, 256, Integer.MAX_VALUE, -1}) {
          StoreKey.setTree(memory, offset, tree);
          assertEquals(tree, StoreKey.tree(memory, offset));
        }
      }
      StoreKey.setTree(memory, 0, 0x01020304);
      assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  @Test
  void trees_sortByTheirUnsignedIds() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment low = arena.allocate(5);
      MemorySegment high = arena.allocate(4);
      low.set(ValueLayout.JAVA_BYTE, 4, (byte) 0xff);
      int[] ids = {0, 1, 255, 256, Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
      for (int i = 1; i < ids.length; i++) {
        StoreKey.setTree(low, 0, ids[i - 1]);
        StoreKey.setTree(high, 0, ids[i]);
        assertTrue(KeyOrder.compare(low, 0, 5, high, 0, 4) < 0);
      }
    }
  }
}
