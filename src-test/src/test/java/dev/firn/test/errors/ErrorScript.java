package dev.firn.test.errors;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the threads of a round do with a store: small enough that an error can be tried at each
 * event, and with everything in it that a store does. Every call may fail; the next one is tried
 * all the same.
 *
 * <p><b>Threading.</b> {@link #run} is the caller's; it starts the writers and waits for them.
 */
final class ErrorScript {

  static final String DROPPED = "dropped";

  private static final String EXPIRING = "expiring";

  /** The number of the step in which the store is opened; the others follow. */
  static final int OPENING = 0;

  /** Enough for an error that is thrown in many calls. */
  private static final int MAX_REPETITIONS = 60;

  private static final List<String> BATCH = List.of("b1", "b2", "b3");

  /** A call that may fail. */
  interface Call {
    void run() throws Exception;
  }

  private final String round;
  private final Expected prepared;
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Expected caller = new Expected("caller");
  private final Expected synced = new Expected("synced");
  private final Expected batches = new Expected("batches");
  private final List<Thread> writers = new ArrayList<>();
  private volatile boolean dropped;

  /** The number of the step that the caller does. */
  private int step = OPENING;

  ErrorScript(String round, Expected prepared) {
    this.round = round;
    this.prepared = prepared;
  }

  /** What calls threw. */
  List<Throwable> failures() {
    return failures;
  }

  /** Whether the tree {@link #DROPPED} must be gone. */
  boolean isDropped() {
    return dropped;
  }

  /** The threads that were started. */
  List<Thread> writers() {
    return writers;
  }

  /** Makes a call; returns whether it succeeded. */
  boolean attempt(Call call) {
    try {
      call.run();
      return true;
    } catch (Throwable e) {
      failures.add(e);
      return false;
    }
  }

  /** A step of the caller; returns whether it succeeded. */
  boolean step(Call call) {
    ErrorInjector.beginStep(++step);
    return attempt(call);
  }

  /**
   * A step of the caller that changes nothing: an error in it ends it and nothing else, so it is
   * done once for each of its errors.
   */
  private void readingStep(Call call) {
    step++;
    boolean more = true;
    for (int i = 0; i < MAX_REPETITIONS && more; i++) {
      more = ErrorInjector.beginStep(step);
      attempt(call);
    }
  }

  void run(Store store) throws Exception {
    start(Role.SYNCED_WRITER, () -> writeSynced(store));
    start(Role.BATCH_WRITER, () -> writeBatches(store));
    step(() -> store.tree(DROPPED).put(new byte[1], new byte[100]));
    for (Thread writer : writers) {
      writer.join();
    }
    readingStep(() -> readSnapshot(store));
    step(store::flush);
    for (int i = 0; i < 7; i++) {
      String key = "c" + i % 5;
      step(() -> caller.put(store, key, 2500, Durability.BUFFERED));
    }
    step(() -> caller.deletePrefix(store, "c1"));
    step(() -> caller.append(store, "c2", 300));
    step(() -> caller.append(store, "c2", 200));
    step(() -> caller.replace(store, "c3", 400));
    step(() -> caller.putTransaction(store, List.of("x1", "c4"), 300, Durability.SYNCED));
    step(() -> store.tree(EXPIRING).put(new byte[1], new byte[100], Duration.ofDays(10_000)));
    step(() -> dropped = store.dropTree(DROPPED));
    step(() -> caller.put(store, "larger than a segment", 17_000, Durability.BUFFERED));
    step(store::flush);
    step(store::scrub);
    step(store::compact);
    readingStep(() -> readSnapshot(store));
    readingStep(() -> assertIntact(store));
    readingStep(store::stats);
    step(() -> caller.put(store, "last", 100, Durability.BUFFERED));
    if (step(store::sync)) {
      caller.everythingIsDurable();
      synced.everythingIsDurable();
      batches.everythingIsDurable();
    }
    step(() -> caller.put(store, "not synced", 100, Durability.BUFFERED));
    readingStep(() -> assertHeldAfterKill(store));
  }

  private void start(Role role, Call call) {
    Thread writer =
        Thread.ofPlatform().daemon().name(role.threadName(round)).unstarted(() -> attempt(call));
    writers.add(writer);
    writer.start();
  }

  private void writeSynced(Store store) {
    for (int i = 0; i < 5; i++) {
      String key = "s" + i % 3;
      attempt(() -> synced.put(store, key, 1200, Durability.SYNCED));
    }
    attempt(() -> synced.assertHeldAfterKill(store));
  }

  private void writeBatches(Store store) {
    for (int i = 0; i < 4; i++) {
      String key = "single" + i;
      Durability durability = i == 2 ? Durability.SYNCED : Durability.BUFFERED;
      attempt(() -> batches.putBatch(store, BATCH, 900, durability, this::attempt));
      attempt(() -> batches.put(store, key, 600, Durability.BUFFERED));
    }
    attempt(() -> batches.putTransaction(store, BATCH, 500, Durability.BUFFERED));
    attempt(() -> batches.delete(store, "single1"));
    attempt(() -> batches.deletePrefix(store, "single2"));
    attempt(() -> batches.assertWhole(store, BATCH));
  }

  /** What {@link #prepare} has written before the round. */
  private static final List<String> PREPARED = List.of("p1", "p2", "p3", "p4");

  /** Fills a new store; what is written last is in the journal only. */
  static Expected prepare(Store store) {
    Expected prepared = new Expected("prepared");
    for (String key : PREPARED) {
      prepared.put(store, key, 700, Durability.SYNCED);
    }
    store.flush();
    for (String key : PREPARED.subList(1, 3)) {
      prepared.put(store, key, 800, Durability.SYNCED);
    }
    return prepared;
  }

  private static void assertIntact(Store store) {
    if (!store.verify().isIntact()) {
      throw new AssertionError("DAMAGE: " + store.verify());
    }
  }

  private static void readSnapshot(Store store) {
    Tree tree = Expected.tree(store);
    try (Snapshot snapshot = store.snapshot();
        Cursor cursor = tree.at(snapshot).cursor(KeyRange.all())) {
      List<byte[]> keys = new ArrayList<>();
      byte[] before = new byte[0];
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        byte[] key = cursor.keyBytes();
        if (Arrays.compareUnsigned(before, key) >= 0
            || !Arrays.equals(cursor.valueBytes(), tree.at(snapshot).get(key))) {
          throw new AssertionError("CURSOR: " + new String(key, StandardCharsets.US_ASCII));
        }
        before = key;
        keys.add(key);
      }
      if (cursor.last()) {
        cursor.prev();
      }
      readAll(tree.at(snapshot), keys);
    }
  }

  private static void readAll(KeyReader reader, List<byte[]> keys) {
    byte[][] values = reader.getAll(keys.toArray(byte[][]::new));
    for (int i = 0; i < values.length; i++) {
      if (!Arrays.equals(values[i], reader.get(keys.get(i)))) {
        throw new AssertionError("GETALL: " + new String(keys.get(i), StandardCharsets.US_ASCII));
      }
    }
  }

  /** All that is acknowledged is on the device: the store was closed without a complaint. */
  void everythingIsDurable() {
    caller.everythingIsDurable();
    synced.everythingIsDurable();
    batches.everythingIsDurable();
  }

  void assertHeldAfterKill(Store store) {
    prepared.assertHeldAfterKill(store);
    caller.assertHeldAfterKill(store);
    synced.assertHeldAfterKill(store);
    batches.assertHeldAfterKill(store);
    batches.assertWhole(store, BATCH);
  }

  void assertHeldAfterPowerCut(Store store) {
    prepared.assertHeldAfterPowerCut(store);
    caller.assertHeldAfterPowerCut(store);
    synced.assertHeldAfterPowerCut(store);
    batches.assertHeldAfterPowerCut(store);
    batches.assertWhole(store, BATCH);
  }
}
