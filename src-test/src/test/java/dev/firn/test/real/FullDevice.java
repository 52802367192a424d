package dev.firn.test.real;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreHealth;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.RealFileSystem;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.StampedWriter;
import dev.firn.test.history.Writers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A store on a device that becomes full again and again. The store must say so, stay readable, hold
 * everything acknowledged, and continue once there is room: by itself, or after reopening if it has
 * failed.
 *
 * <p><b>Threading.</b> One thread, beside those of the store.
 */
final class FullDevice {

  private static final Writers WRITERS = new Writers(1, 40);
  private static final int BATCHES = 3000;
  private static final long MAX_ROOM = 1 << 20;
  private static final long BLOCK = 4096;

  private final Path folder;
  private final DiskFiller filler;
  private final Random random;

  /** Whether a store into an allocated page may fail too. */
  private final boolean copiesOnWrite;

  private final FileSystem files;

  private final Runnable whenFull;

  private final AtomicLongArray begun = new AtomicLongArray(1);
  private final AtomicLongArray acknowledged = new AtomicLongArray(1);
  private final Map<String, Long> places = new TreeMap<>();
  private Store store;
  private StampedWriter writer;
  private int trees;
  private long wentOn;
  private long reopened;

  FullDevice(LoopDevice device, long seed, boolean copiesOnWrite) {
    this(device, seed, copiesOnWrite, new RealFileSystem(), () -> {});
  }

  private FullDevice(
      LoopDevice device, long seed, boolean copiesOnWrite, FileSystem files, Runnable whenFull) {
    this.files = files;
    this.whenFull = whenFull;
    this.folder = device.folder().resolve("store");
    this.filler = new DiskFiller(device.folder().resolve("filler"));
    this.random = new Random(seed);
    this.copiesOnWrite = copiesOnWrite;
    this.store = open();
    this.writer = new StampedWriter(WRITERS, store, 0, begun, acknowledged);
    if (warnsOfKind() != copiesOnWrite) {
      store.close();
      throw new AssertionError("warnings: " + store.health().warnings());
    }
  }

  /** A store that silently loses a write when the device is full. */
  static FullDevice losing(LoopDevice device, long seed, boolean copiesOnWrite) {
    DroppedRecord files = new DroppedRecord();
    return new FullDevice(device, seed, copiesOnWrite, files, files::dropNext);
  }

  private Store open() {
    return StoreAccess.open(folder, TinyOptions.of(random.nextInt()), files);
  }

  private boolean warnsOfKind() {
    return store.health().warnings().stream()
        .anyMatch(problem -> problem.cause().getMessage().contains("writes no page in place"));
  }

  long wentOn() {
    return wentOn;
  }

  long reopened() {
    return reopened;
  }

  Map<String, Long> places() {
    return places;
  }

  void run() throws Exception {
    filler.fill();
    filler.free(random.nextInt(4) == 0 ? BLOCK * random.nextInt(8) : random.nextLong(MAX_ROOM));
    FirnException failure = workUntilFull();
    note(failure);
    check();
    whenFull.run();
    StoreHealth health = store.health();
    if (health.failure() == null && goesOn()) {
      wentOn++;
    } else {
      reopen();
      reopened++;
    }
    writer.writeNext(Durability.SYNCED);
    check();
  }

  private FirnException workUntilFull() {
    try {
      for (int i = 0; i < BATCHES; i++) {
        writer.writeNext(random.nextInt(10) == 0 ? Durability.SYNCED : Durability.BUFFERED);
        switch (random.nextInt(60)) {
          case 0 -> store.flush();
          case 1 -> store.compact();
          case 2 -> store.tree("t" + trees++ % 5);
          case 3 -> store.dropTree("t" + random.nextInt(5));
          default -> {}
        }
        if (i % 100 == 99) {
          filler.fill();
        }
      }
    } catch (FirnException e) {
      return e;
    }
    throw new AssertionError("the device is full, and " + BATCHES + " batches were written");
  }

  private boolean goesOn() throws Exception {
    filler.free(Long.MAX_VALUE);
    try {
      writer.writeNext(Durability.BUFFERED);
      store.flush();
      return true;
    } catch (FirnException e) {
      if (store.health().failure() == null) {
        throw new AssertionError("there is room, and the store has not failed: " + e, e);
      }
      return false;
    }
  }

  private void reopen() throws Exception {
    closeQuietly();
    if (random.nextBoolean()) {
      openFull();
    }
    filler.free(Long.MAX_VALUE);
    store = open();
    long number = check();
    acknowledged.set(0, number);
    begun.set(0, number);
    writer = new StampedWriter(WRITERS, store, 0, begun, acknowledged);
  }

  /** Opening may fail on a full device and must not change the store. */
  private void openFull() {
    try {
      store = open();
      check();
      closeQuietly();
    } catch (FirnException e) {
      note(e);
    }
  }

  /** Checks that the store holds all acknowledged batches and at most one more. */
  private long check() {
    StampedState state = StampedState.read(WRITERS, store);
    state.assertBetween(
        new long[] {acknowledged.get(0)}, new long[] {Math.max(begun.get(0), acknowledged.get(0))});
    return state.numbers()[0];
  }

  private void closeQuietly() {
    try {
      store.close();
    } catch (FirnException e) {
      note(e);
    }
  }

  void abandon() {
    try {
      store.close();
    } catch (FirnException e) {
      // It lost a write.
    }
  }

  void finish() throws Exception {
    filler.free(Long.MAX_VALUE);
    if (!store.verify().isIntact()) {
      throw new AssertionError("damaged: " + store.verify());
    }
    closeQuietly();
  }

  private void note(FirnException e) {
    DiskFullException full = diskFull(e);
    if (full == null && !copiesOnWrite) {
      throw new AssertionError("the device is full, and that is what is said: " + e, e);
    }
    String message = String.valueOf((full == null ? e : full).getMessage());
    String place = "no room in other files";
    for (String kind : new String[] {"journal", "table", "manifest"}) {
      if (message.contains(kind)) {
        place = "no room in a " + kind;
      }
    }
    places.merge(place, 1L, Long::sum);
  }

  private static @Nullable DiskFullException diskFull(FirnException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof DiskFullException full) {
        return full;
      }
    }
    return null;
  }
}
