package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {

  private static final int MORE_THAN_A_PIPE_BYTES = 4 << 20;

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

  @Test
  void closeAll_whileAChannelReadsInPlace() throws Exception {
    Set<Arena> live = ConcurrentHashMap.newKeySet();
    Arena held = budget.arena(live);
    ByteBuffer bytes = held.allocate(MORE_THAN_A_PIPE_BYTES, 1).asByteBuffer();
    Pipe pipe = Pipe.open();
    Thread sender = Thread.ofPlatform().name("slow sender").start(() -> write(pipe, bytes));
    while (Stream.of(sender.getStackTrace())
        .noneMatch(frame -> frame.getMethodName().startsWith("write0"))) {
      Thread.sleep(1);
    }
    Arena other = budget.arena(live);
    held.close();
    assertTrue(held.scope().isAlive());
    MemoryHeldException told =
        assertThrows(MemoryHeldException.class, () -> MemoryBudget.closeAll(live));
    assertTrue(String.valueOf(told.getMessage()).contains("[slow sender]"), told::getMessage);
    assertFalse(other.scope().isAlive());
    assertTrue(held.scope().isAlive());

    pipe.source().close();
    sender.join();
    MemoryBudget.closeAll(live);
    assertFalse(held.scope().isAlive());
    assertEquals(Set.of(), live);
    pipe.sink().close();
  }

  private static void write(Pipe pipe, ByteBuffer bytes) {
    try {
      pipe.sink().write(bytes);
    } catch (IOException e) {
      // The other end was closed.
    }
  }
}
