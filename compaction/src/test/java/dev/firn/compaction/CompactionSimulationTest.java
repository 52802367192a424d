package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The picker on simulated stores: that it ends, that levels keep their sizes, and what it costs.
 */
class CompactionSimulationTest {

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long ALL = SimulatedStore.keys() - 1;

  /** Compacts until the picker finds nothing, and checks the sizes of the levels. */
  private static void settle(SimulatedStore store, CompactionPolicy policy) {
    int steps = 0;
    while (store.compact()) {
      assertTrue(++steps < 100_000, "does not end");
    }
    LevelTargets targets = LevelTargets.of(store.shape(), policy);
    for (int level = 1; level < targets.lowestLevel(); level++) {
      assertTrue(store.shape().bytes(level) <= targets.bytes(level), "level " + level);
      assertTrue(store.shape().runs(level).size() <= 1);
    }
    assertEquals(0, CompactionPressure.of(store.shape(), policy).pendingBytes() / GIB);
  }

  @Test
  void inserts_terabytes() {
    CompactionPolicy policy =
        CompactionPolicy.defaults().withLevelBaseBytes(2 * GIB).withTargetTableBytes(GIB);
    SimulatedStore store = new SimulatedStore(policy, GIB / 2, 1e18, 4);
    store.load(2048 * GIB, 0, ALL);
    settle(store, policy);
    System.out.println(store.report("2 TiB of inserts"));
    assertTrue(store.writeAmplification() < 25);
  }

  @Test
  void overwrites_fast() {
    for (double speed : new double[] {1.5, 3, 8, 1000}) {
      CompactionPolicy policy = CompactionPolicy.defaults();
      SimulatedStore store = new SimulatedStore(policy, 64 * MIB, 10.0 * GIB, speed);
      store.load(60 * GIB, 0, ALL);
      System.out.println(store.report("overwrites of 10 GiB, speed " + speed));
      settle(store, policy);
      System.out.println(store.report("  settled"));
      assertTrue(store.shape().bytes() < 15 * GIB);
    }
  }

  @Test
  void inserts_fast() {
    for (double speed : new double[] {1.5, 3, 8, 1000}) {
      CompactionPolicy policy = CompactionPolicy.defaults();
      SimulatedStore store = new SimulatedStore(policy, 64 * MIB, 1e18, speed);
      store.load(12 * GIB, 0, ALL);
      System.out.println(store.report("12 GiB of inserts, speed " + speed));
      settle(store, policy);
      System.out.println(store.report("  settled"));
    }
  }

  @Test
  void inserts_ascending() {
    CompactionPolicy policy = CompactionPolicy.defaults();
    SimulatedStore store = new SimulatedStore(policy, 64 * MIB, 1e18, 4);
    for (int i = 0; i < 500; i++) {
      store.load(64 * MIB, i * 1_000_000L, (i + 1) * 1_000_000L - 1);
    }
    settle(store, policy);
    System.out.println(store.report("ascending inserts"));
    assertTrue(store.writeAmplification() < 1.1);
  }

  @Test
  void flushes_small() {
    CompactionPolicy policy = CompactionPolicy.defaults();
    SimulatedStore store = new SimulatedStore(policy, 64 << 10, GIB / 2.0, 4);
    store.load(GIB / 2, 0, ALL);
    System.out.println(store.report("flushes of 64 KiB"));
    settle(store, policy);
    assertTrue(store.writeAmplification() < 20);
  }

  @Test
  void flushes_smallAscending() {
    CompactionPolicy policy = CompactionPolicy.defaults();
    SimulatedStore store = new SimulatedStore(policy, 64 << 10, 1e18, 4);
    for (int i = 0; i < 4000; i++) {
      store.load(64 << 10, i * 1_000_000L, (i + 1) * 1_000_000L - 1);
    }
    settle(store, policy);
    System.out.println(store.report("ascending flushes of 64 KiB"));
    assertTrue(store.writeAmplification() < 8);
  }
}
