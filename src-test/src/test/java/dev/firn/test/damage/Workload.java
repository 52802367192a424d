package dev.firn.test.damage;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.StampedWriter;
import dev.firn.test.history.Writers;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store written by one thread until it is done or something fails: batches, some of them synced,
 * flushes, a merge, a tree made and dropped, reopened in the middle. It keeps what a reader may
 * expect at any moment, for clones of the disk that are taken while it runs.
 *
 * <p><b>Threading.</b> {@link #run} has one thread; what to expect may be asked by any.
 */
final class Workload {

  static final Writers CAST = new Writers(1, 60);

  private static final int BATCHES = 260;

  private final MemoryDisk disk;
  private final AtomicLongArray begun = new AtomicLongArray(1);
  private final AtomicLongArray acknowledged = new AtomicLongArray(1);
  private volatile long durable;

  Workload(MemoryDisk disk) {
    this.disk = disk;
  }

  static StoreOptions options() {
    return TinyOptions.smallest().toBuilder().tableBytes(4 << 10).build();
  }

  /** The last batch that has begun. */
  long begun() {
    return begun.get(0);
  }

  /** The last batch that was acknowledged. */
  long acknowledged() {
    return acknowledged.get(0);
  }

  /** The last batch that was acknowledged as synced, or before one that was. */
  long durable() {
    return durable;
  }

  /** Runs to the end or the first failure, which it returns. */
  @Nullable FirnException run() {
    return run(batch -> {});
  }

  /**
   * Runs to the end or the first failure, which it returns.
   *
   * @param after called after each acknowledged batch with its number
   */
  @Nullable FirnException run(LongConsumer after) {
    FirnException failure = runUntil(BATCHES / 2, after);
    return failure == null ? runUntil(BATCHES, after) : failure;
  }

  private @Nullable FirnException runUntil(long last, LongConsumer after) {
    Store store;
    try {
      store = disk.open(options());
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
    StampedWriter writer = new StampedWriter(CAST, store, 0, begun, acknowledged);
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

  /**
   * A store that has failed still answers, or says that it has failed; it does not answer wrong. */
  private void assertReadsOn(Store store) {
    try {
      StampedState.read(CAST, store)
          .assertBetween(new long[] {acknowledged()}, new long[] {begun()});
    } catch (FirnException e) {
      Verdict.assertNamesFile(e);
    }
  }

  /** Opens a store that this workload left and checks what is in it; opens it once more. */
  static void assertHolds(MemoryDisk disk, long least, long most) {
    for (int i = 0; i < 2; i++) {
      try (Store store = disk.open(options())) {
        StampedState.read(CAST, store).assertBetween(new long[] {least}, new long[] {most});
        if (!store.verify().isIntact()) {
          throw new AssertionError(store.verify().toString());
        }
      }
      disk.assertNothingOpen();
    }
  }
}
