package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadLoadTest {

  private final ReadLoad load = new ReadLoad();
  private final AtomicInteger told = new AtomicInteger();

  @Test
  void merge_isEarnedOnce_whenHalfAsMuchWasReadAsItWrites() {
    load.ask(2000, told::incrementAndGet);
    load.add(0, 2, 999);
    assertFalse(load.isEarned());
    assertEquals(0, told.get());
    load.add(0, 2, 1);
    assertTrue(load.isEarned());
    load.add(0, 2, 5000);
    assertEquals(1, told.get());
  }

  @Test
  void searches_countForABlockInEachRun() {
    load.ask(2 * 32 * 3 * 10, told::incrementAndGet);
    load.add(9, 3, 0);
    assertFalse(load.isEarned());
    load.add(1, 3, 0);
    assertTrue(load.isEarned());
  }

  @Test
  void whatWasReadBefore_doesNotCountAfterAReset() {
    load.ask(2000, told::incrementAndGet);
    load.add(0, 2, 999);
    load.reset();
    load.add(0, 2, 999);
    assertFalse(load.isEarned());
    load.ask(2000, told::incrementAndGet);
    load.add(0, 2, 1);
    assertTrue(load.isEarned());
    load.reset();
    assertFalse(load.isEarned());
  }

  @Test
  void withoutAnOffer_nothingIsEarned() {
    load.add(1 << 20, 100, 1 << 20);
    assertFalse(load.isEarned());
    assertEquals(0, told.get());
  }
}
