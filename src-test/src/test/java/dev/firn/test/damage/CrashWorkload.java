package dev.firn.test.damage;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import dev.firn.test.fixture.DamageOracle;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.StampedWriter;
import dev.firn.test.history.Writers;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store written by one thread until the end or a failure: batches, some synced, some with long
 * values that stay in value files or with range tombstones, flushes, a compaction, a tree created
 * and dropped, a reopening in the middle after which tables have outgrown the page cache. It knows
 * at any moment which batches must be found on a clone of the disk.
 *
 * <p><b>Threading.</b> {@link #run} has one thread; any thread may ask for the expected batches.
 */
final class CrashWorkload {

  static final Writers WRITERS = new Writers(1, 60);

  private static final int BATCHES = 260;

  private final MemoryDisk disk;
  private final AtomicLongArray begun = new AtomicLongArray(1);
  private final AtomicLongArray acknowledged = new AtomicLongArray(1);
  private volatile long durable;

  CrashWorkload(MemoryDisk disk) {
    this.disk = disk;
  }

  static StoreOptions options() {
    return TinyOptions.smallest().toBuilder().tableBytes(4 << 10).build();
  }

  private static StoreOptions outgrown() {
    return options().toBuilder().pageCacheBytes(2 << 10).build();
  }

  long begun() {
    return begun.get(0);
  }

  long acknowledged() {
    return acknowledged.get(0);
  }

  /** The last batch that is known to be durable. */
  long durable() {
    return durable;
  }

  @Nullable FirnException run() {
    return run(batch -> {});
  }

  /**
   * Runs to the end or the first failure, which it returns.
   *
   * @param after called with the number of each acknowledged batch
   */
  @Nullable FirnException run(LongConsumer after) {
    FirnException failure = runUntil(BATCHES / 2, options(), after);
    return failure == null ? runUntil(BATCHES, outgrown(), after) : failure;
  }

  private @Nullable FirnException runUntil(long last, StoreOptions options, LongConsumer after) {
    Store store;
    try {
      store = disk.open(options);
    } catch (FirnException e) {
      return e;
    }
    FirnException failure = null;
    try {
      write(store, last, after);
    } catch (FirnException e) {
      failure = e;
      assertReadsOn(store);
    }
    try {
      store.close();
      durable = failure == null ? acknowledged() : durable;
    } catch (FirnException e) {
      failure = failure == null ? e : failure;
    }
    disk.assertNothingOpen();
    return failure;
  }

  private void write(Store store, long last, LongConsumer after) {
    StampedWriter writer = new StampedWriter(WRITERS, store, 0, begun, acknowledged);
    while (acknowledged() < last) {
      boolean synced = begun() % 9 == 0;
      long batch = writer.writeNext(synced ? Durability.SYNCED : Durability.BUFFERED);
      durable = synced ? batch : durable;
      after.accept(batch);
      disturb(store, batch);
    }
  }

  private void disturb(Store store, long batch) {
    if (batch % 70 == 0) {
      store.compact();
    } else if (batch % 45 == 0) {
      store.flush();
    } else if (batch % 33 == 0) {
      long before = acknowledged();
      store.sync();
      durable = before;
    } else if (batch % 50 == 20) {
      store.tree("extra").put(new byte[1], new byte[3000]);
    } else if (batch % 50 == 40) {
      store.dropTree("extra");
    }
  }

  /** A failed store gives right answers or says that it has failed. */
  private void assertReadsOn(Store store) {
    try {
      StampedState.read(WRITERS, store)
          .assertBetween(new long[] {acknowledged()}, new long[] {begun()});
    } catch (FirnException e) {
      DamageOracle.assertNamesFile(e);
    }
  }

  /** Opens a store that a workload left, twice, and checks its content. */
  static void assertHolds(MemoryDisk disk, long min, long max) {
    for (int i = 0; i < 2; i++) {
      try (Store store = disk.open(i == 0 ? outgrown() : options())) {
        StampedState.read(WRITERS, store).assertBetween(new long[] {min}, new long[] {max});
        if (!store.verify().isIntact()) {
          throw new AssertionError(store.verify().toString());
        }
      }
      disk.assertNothingOpen();
    }
  }
}
