package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadLoadTest {

  private final ReadLoad load = new ReadLoad();
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void compaction_isDueOnce_whenHalfAsManyEntriesWereReadAsItWrites() {
    load.offer(2000, runs::incrementAndGet);
    load.add(0, 2, 999);
    assertFalse(load.isDue());
    assertEquals(0, runs.get());
    load.add(0, 2, 1);
    assertTrue(load.isDue());
    load.add(0, 2, 5000);
    assertEquals(1, runs.get());
  }

  @Test
  void search_countsAsABlockInEachRun() {
    load.offer(2 * 32 * 3 * 10, runs::incrementAndGet);
    load.add(9, 3, 0);
    assertFalse(load.isDue());
    load.add(1, 3, 0);
    assertTrue(load.isDue());
  }

  @Test
  void reset_forgetsEarlierReads() {
    load.offer(2000, runs::incrementAndGet);
    load.add(0, 2, 999);
    load.reset();
    load.add(0, 2, 999);
    assertFalse(load.isDue());
    load.offer(2000, runs::incrementAndGet);
    load.add(0, 2, 1);
    assertTrue(load.isDue());
    load.reset();
    assertFalse(load.isDue());
  }

  @Test
  void add_withoutOffer_makesNothingDue() {
    load.add(1 << 20, 100, 1 << 20);
    assertFalse(load.isDue());
    assertEquals(0, runs.get());
  }
}
