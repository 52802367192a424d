package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An insert within the budget finds room, with random towers and with the worst ones. */
class NodeAllocatorTest {

  private final Arena arena = Arena.ofShared();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void allocate_everyLengthAndHeight_alignedAndDisjoint() {
    MemorySegment memory = arena.allocate(1 << 22, 128);
    NodeAllocator allocator = new NodeAllocator(memory);
    long end = NodeAllocator.HEAD + Node.KEY;
    for (int length = 0; length < 70; length++) {
      for (int height = 1; height <= Node.MAX_HEIGHT; height++) {
        long node = allocator.allocate(length, height);
        assertEquals(0, node & 7);
        assertTrue(node - 8L * height >= end, "the tower overlaps the preceding node");
        assertTrue(node - 8L * height < end + 8, "more padding than needed");
        end = node + Node.KEY + length;
        assertTrue(end <= allocator.usedBytes());
      }
    }
    assertEquals(70 * Node.MAX_HEIGHT, allocator.entries());
  }

  @Test
  void allocate_worstTowersAllAtOnce_withinBudgetAlwaysFits() {
    for (int spare = 0; spare < 200; spare++) {
      fill(NodeAllocator.OVERHEAD_BYTES + 8L * (500 + spare), () -> Node.MAX_HEIGHT, () -> 20);
    }
  }

  @Test
  void allocate_randomTowersAndLengths_withinBudgetAlwaysFits() {
    Random random = new Random(RandomKeys.seed());
    for (int round = 0; round < 300; round++) {
      int bias = 1 + random.nextInt(4);
      int longest = 1 + random.nextInt(300);
      fill(
          MemTable.arenaBytes(random.nextInt(1 << 15)),
          () -> Math.min(1 + random.nextInt(4) / bias * random.nextInt(12), Node.MAX_HEIGHT),
          () -> random.nextInt(longest));
    }
  }

  /** Budgets everything first and then allocates it: the worst case for the last nodes. */
  private void fill(long capacity, IntSupplier height, IntSupplier length) {
    MemorySegment memory = arena.allocate(capacity, 128);
    NodeAllocator allocator = new NodeAllocator(memory);
    int[] lengths = new int[2000];
    int count = 0;
    for (int next = length.getAsInt();
        count < lengths.length && allocator.tryBudget(NodeAllocator.nodeBytes(next));
        next = length.getAsInt()) {
      lengths[count++] = next;
    }
    for (int i = 0; i < count; i++) {
      int granted = allocator.grantHeight(height.getAsInt());
      long node = allocator.allocate(lengths[i], granted);
      assertTrue(node + Node.KEY + lengths[i] <= capacity);
    }
    assertEquals(count, allocator.entries());
    assertTrue(allocator.usedBytes() <= capacity);
  }

  @Test
  void grantHeight_reserveUsedUp_isOne() {
    NodeAllocator allocator = new NodeAllocator(arena.allocate(1 << 16, 128));
    int tall = 0;
    while (allocator.grantHeight(Node.MAX_HEIGHT) == Node.MAX_HEIGHT) {
      tall++;
    }
    assertEquals(3, tall); // of 88 bytes each, in 320
    assertEquals(1, allocator.grantHeight(Node.MAX_HEIGHT));
    for (int i = 0; i < 16; i++) {
      allocator.allocate(20, 1);
    }
    assertEquals(Node.MAX_HEIGHT, allocator.grantHeight(Node.MAX_HEIGHT)); // 64 more in 16 shares
    assertEquals(1, allocator.grantHeight(Node.MAX_HEIGHT));
  }

  @Test
  void tryBudget_exactlyTheCapacity_thenNothing() {
    long capacity = MemTable.arenaBytes(1000);
    NodeAllocator allocator = new NodeAllocator(arena.allocate(capacity, 128));
    long all = capacity - NodeAllocator.OVERHEAD_BYTES;
    assertTrue(all >= 1000 && all < 1008);
    assertFalse(allocator.tryBudget(all + 1));
    assertFalse(allocator.tryBudget(Long.MAX_VALUE));
    assertTrue(allocator.tryBudget(all));
    assertTrue(allocator.tryBudget(0));
    assertFalse(allocator.tryBudget(1));
    assertEquals(all, allocator.budgetedBytes());
    assertThrows(IllegalArgumentException.class, () -> allocator.tryBudget(-1));
  }

  @Test
  void tryBudget_manyThreads_neverMoreThanThereIs() throws InterruptedException {
    long capacity = MemTable.arenaBytes(1 << 16);
    NodeAllocator allocator = new NodeAllocator(arena.allocate(capacity, 128));
    AtomicLong taken = new AtomicLong();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      int bytes = 3 + i;
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (allocator.tryBudget(bytes)) {
                      taken.addAndGet(bytes);
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(taken.get(), allocator.budgetedBytes());
    long left = capacity - NodeAllocator.OVERHEAD_BYTES - taken.get();
    assertTrue(left >= 0 && left < 3, "left=" + left);
  }

  @Test
  void allocate_withoutBudget_isAsserted() {
    NodeAllocator allocator = new NodeAllocator(arena.allocate(MemTable.arenaBytes(100), 128));
    assertThrows(AssertionError.class, () -> allocator.allocate(1000, 1));
  }

  @Test
  void allocate_inOneArenaOfUsualSize_refusesNoTower() {
    Random random = new Random(RandomKeys.seed());
    NodeAllocator allocator = new NodeAllocator(arena.allocate(16 << 20, 128));
    int[] counts = new int[Node.MAX_HEIGHT + 1];
    while (allocator.tryBudget(NodeAllocator.nodeBytes(20))) {
      int height = MemTable.height(random.nextLong());
      assertEquals(height, allocator.grantHeight(height));
      allocator.allocate(20, height);
      counts[height]++;
    }
    double all = allocator.entries();
    assertEquals(0.75, counts[1] / all, 0.01);
    assertEquals(0.1875, counts[2] / all, 0.01);
    assertEquals(0.046875, counts[3] / all, 0.005);
  }
}
