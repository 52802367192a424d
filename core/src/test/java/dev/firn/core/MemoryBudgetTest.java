package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {

  private final MemoryBudget budget = new MemoryBudget(1000);

  @Test
  void tryReserve_keepsTheBound() {
    assertTrue(budget.tryReserve(600));
    assertFalse(budget.tryReserve(276));
    assertTrue(budget.tryReserve(275));
    budget.release(300);
    assertEquals(425, budget.freeBytes());
  }

  @Test
  void reserve_exceedsTheBound() {
    budget.reserve(1500);
    assertEquals(-500, budget.freeBytes());
    assertEquals(1500, budget.usedBytes());
  }

  @Test
  void cache_makesRoom() {
    budget.take(800);
    budget.setCache(bytes -> budget.release(Math.min(bytes, budget.usedBytes())));
    assertTrue(budget.tryReserve(500));
    assertEquals(875, budget.usedBytes());
  }

  @Test
  void arena_drawsUntilItIsClosed() {
    Set<Arena> live = ConcurrentHashMap.newKeySet();
    Arena arena = budget.arena(live);
    arena.allocate(100, 8);
    arena.allocate(50, 8);
    assertEquals(150, budget.usedBytes());
    assertThrows(RuntimeException.class, () -> arena.allocate(10, 3));
    assertEquals(150, budget.usedBytes());
    arena.close();
    arena.close();
    assertEquals(0, budget.usedBytes());
    assertEquals(Set.of(), live);
  }

  @Test
  void closeAll_closesWhatIsLive() {
    Set<Arena> live = ConcurrentHashMap.newKeySet();
    Arena arena = budget.arena(live);
    MemoryBudget.closeAll(live);
    assertFalse(arena.scope().isAlive());
    arena.close();
  }
}
