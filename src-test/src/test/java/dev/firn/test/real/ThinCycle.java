package dev.firn.test.real;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.error.FirnException;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.StampedWriter;
import dev.firn.test.history.Writers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One store on a {@link ThinDevice} that loses writes. The store must fail, and hold what it
 * acknowledged: reopened at once, everything, out of the page cache; after a restart, everything
 * synced, before the loss and after it.
 *
 * <p><b>Threading.</b> One thread, beside those of the store.
 */
final class ThinCycle {

  private static final Writers WRITERS = new Writers(1, 40);
  private static final int BATCHES = 20_000;
  private static final int MORE_BATCHES = 30;
  private static final long MAX_ROOM = 1 << 20;

  private final ThinDevice device;
  private final Path folder;
  private final Random random;
  private final AtomicLongArray begun = new AtomicLongArray(1);
  private final AtomicLongArray acknowledged = new AtomicLongArray(1);
  private long durable;
  private long boot = 1;
  private boolean refused;
  private boolean unreadable;

  ThinCycle(ThinDevice device, long seed) {
    this.device = device;
    this.folder = device.folder().resolve("store");
    this.random = new Random(seed);
  }

  /** Whether the store could be opened only after a restart. */
  boolean refused() {
    return refused;
  }

  /** Whether a read of the failed store was refused. */
  boolean unreadable() {
    return unreadable;
  }

  void run() throws Exception {
    try (Store store = open()) {
      // All file names are durable by now.
      device.leaveRoom(random.nextLong(MAX_ROOM));
      writeUntilFailure(store);
      if (random.nextBoolean()) {
        device.pageOut(folder, ".journal");
      }
      readFailed(store);
    } catch (FirnException closing) {
      // The last flush has no room.
    }
    device.giveRoom();
    goOn();
    device.remount();
    boot++;
    try (Store store = open()) {
      check(store, durable);
      if (!store.verify().isIntact()) {
        throw new AssertionError("damaged: " + store.verify());
      }
    }
  }

  private Store open() {
    return StoreAccess.open(folder, TinyOptions.of(random.nextInt()), Reboots.files(boot, false));
  }

  private void writeUntilFailure(Store store) throws IOException {
    StampedWriter writer = new StampedWriter(WRITERS, store, 0, begun, acknowledged);
    try {
      for (int i = 0; i < BATCHES; i++) {
        write(writer);
        if (random.nextInt(200) == 0) {
          ThinDevice.writeBack(device.folder());
        }
      }
    } catch (FirnException told) {
      return;
    }
    if (device.isFull()) {
      throw new AssertionError("the device lost writes, and no call reported it");
    }
  }

  private void write(StampedWriter writer) {
    boolean synced = random.nextInt(8) == 0;
    long number = writer.writeNext(synced ? Durability.SYNCED : Durability.BUFFERED);
    if (synced) {
      durable = number;
    }
  }

  /** A store that knows of the loss gives right answers or none. */
  private void readFailed(Store store) {
    try {
      store.sync();
    } catch (FirnException told) {
      // The store knows. It may also continue after such a failure.
    }
    try {
      check(store, acknowledged.get(0));
    } catch (FirnException e) {
      unreadable = true;
    }
  }

  /** Opens the store again on the same device and writes more. */
  private void goOn() {
    try (Store store = open()) {
      long number = check(store, durable);
      acknowledged.set(0, number);
      begun.set(0, number);
      StampedWriter writer = new StampedWriter(WRITERS, store, 0, begun, acknowledged);
      for (int i = 0; i < MORE_BATCHES; i++) {
        write(writer);
      }
      durable = writer.writeNext(Durability.SYNCED);
    } catch (FirnException e) {
      // The page cache shows damage, or the file system is read-only.
      refused = true;
    }
  }

  private long check(Store store, long min) {
    StampedState state = StampedState.read(WRITERS, store);
    state.assertBetween(new long[] {min}, new long[] {begun.get(0)});
    return state.numbers()[0];
  }
}
