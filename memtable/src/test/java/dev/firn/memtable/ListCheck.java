package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/** Checks the invariants of a list while no thread changes it. */
final class ListCheck {

  private ListCheck() {}

  /** Checks every level of the list in an arena; the arena stays claimed. */
  static void check(Generation generation) {
    generation.arena.reset();
    check(generation.arena.claim(), generation.table.entries());
    assertTrue(generation.table.usedBytes() <= generation.arena.capacityBytes());
  }

  /** Checks every level of the list in the memory of an arena. */
  static void check(MemorySegment memory, long entries) {
    Set<Long> below = nodes(memory, 0);
    assertEquals(entries, below.size());
    for (int level = 1; level < Node.MAX_HEIGHT; level++) {
      Set<Long> nodes = nodes(memory, level);
      assertTrue(below.containsAll(nodes), "level " + level + " has a node that is not below");
      below = nodes;
    }
  }

  private static Set<Long> nodes(MemorySegment memory, int level) {
    Set<Long> nodes = new HashSet<>();
    long before = NodeAllocator.HEAD;
    for (long node; (node = Node.next(memory, before, level)) != 0; before = node) {
      if (before != NodeAllocator.HEAD) {
        assertTrue(compare(memory, before, node, true) < 0, "level " + level + " is not sorted");
        if (level == 0 && compare(memory, before, node, false) == 0) {
          assertTrue(Node.isSuperseded(memory, node), "an older entry without its mark");
        }
      }
      nodes.add(node);
    }
    return nodes;
  }

  private static int compare(MemorySegment memory, long a, long b, boolean trailers) {
    return KeyOrder.compare(
        memory,
        a + Node.KEY,
        Node.keyLength(memory, a),
        trailers ? Node.trailer(memory, a) : 0,
        memory,
        b + Node.KEY,
        Node.keyLength(memory, b),
        trailers ? Node.trailer(memory, b) : 0);
  }
}
