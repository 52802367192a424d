package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RefCountedTest {

  private static final class Counted extends RefCounted {
    final AtomicInteger freed = new AtomicInteger();

    @Override
    protected void free() {
      freed.incrementAndGet();
    }
  }

  @Test
  void free_afterTheLastRelease() {
    Counted counted = new Counted();
    assertEquals(1, counted.references());
    counted.acquire();
    assertTrue(counted.tryAcquire());
    assertEquals(3, counted.references());
    counted.release();
    counted.release();
    assertEquals(0, counted.freed.get());
    counted.release();
    assertEquals(1, counted.freed.get());
    assertEquals(0, counted.references());
  }

  @Test
  void acquire_afterItWasFreed() {
    Counted counted = new Counted();
    counted.release();
    assertFalse(counted.tryAcquire());
    assertThrows(AssertionError.class, counted::acquire);
    assertEquals(1, counted.freed.get());
  }

  @Test
  void release_tooOften() {
    Counted counted = new Counted();
    counted.release();
    assertThrows(AssertionError.class, counted::release);
    assertFalse(counted.tryAcquire());
    assertEquals(1, counted.freed.get());
  }

  /** Threads acquire and release while the owner releases: freed once, and never while held. */
  @Test
  void free_onceAmongManyThreads() throws Exception {
    for (int round = 0; round < 300; round++) {
      Counted counted = new Counted();
      AtomicInteger usedAfterFree = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (counted.tryAcquire()) {
                        usedAfterFree.addAndGet(counted.freed.get());
                        counted.release();
                        Thread.yield();
                      }
                    }));
      }
      Thread.yield();
      counted.release();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(1, counted.freed.get());
      assertEquals(0, usedAfterFree.get());
      assertEquals(0, counted.references());
    }
  }
}
