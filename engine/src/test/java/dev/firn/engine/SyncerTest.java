package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.sstable.TableOptions;
import dev.firn.wal.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SyncerTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int TREE = 1;
  private static final byte[] KEY = {1};
  private static final byte[] VALUE = {2};

  private final EngineFixture engine = new EngineFixture();
  private final Device device = new Device();
  private Generation active = engine.begin();
  private Syncer syncer = syncer(0);

  private Syncer syncer(long durable) {
    return new Syncer(engine.currentView, engine.visible, engine.health, durable);
  }

  @BeforeEach
  void watchDevice() {
    engine.files.failBefore(device);
  }

  @AfterEach
  void close() {
    engine.files.failBefore(FaultInjection.NONE);
    engine.close();
  }

  @Test
  void sync_putsVisibleWritesOnTheDevice() {
    engine.write(active);
    assertFalse(engine.isOnDevice(active), "this test would prove nothing");
    syncer.sync();
    assertTrue(engine.isOnDevice(active));
    engine.write(active);
    assertFalse(engine.isOnDevice(active));
    syncer.sync();
    assertTrue(engine.isOnDevice(active));
    assertEquals(2, syncer.syncs());
  }

  @Test
  void sync_withoutNewWrites_doesNotUseTheDevice() {
    syncer.sync();
    assertEquals(List.of(), device.synced);
    engine.write(active);
    syncer.sync();
    syncer.sync();
    assertEquals(1, device.synced.size());
    assertEquals(1, syncer.syncs());
  }

  @Test
  void sync_ofWhatTablesHold_doesNotUseTheDevice() {
    engine.write(active);
    syncer = syncer(engine.visible.get());
    syncer.sync();
    assertEquals(List.of(), device.synced);
  }

  /** The page cache may be all that holds what recovery found. */
  @Test
  void sync_afterRecovery_putsRecoveredWritesOnTheDevice() {
    MemoryFileSystem first = new MemoryFileSystem();
    Engine killed = Engine.open(EngineFixture.STORE, options(), first);
    killed.createTree("t");
    Session session = killed.session();
    RecordBuilder record = session.newRecord();
    record.put(TREE, KEY, VALUE);
    killed.commit(session, record, false);
    MemoryFileSystem afterKill = first.processKillClone();
    killed.close();
    assertNull(valueIn(afterKill.crashCloneSyncedOnly()), "this test would prove nothing");

    Engine recovered = Engine.open(EngineFixture.STORE, options(), afterKill);
    recovered.sync();
    MemoryFileSystem afterPowerCut = afterKill.crashCloneSyncedOnly();
    recovered.close();
    assertArrayEquals(VALUE, valueIn(afterPowerCut));
  }

  private static byte @Nullable [] valueIn(MemoryFileSystem files) {
    Engine engine = Engine.open(EngineFixture.STORE, options(), files);
    try {
      return engine.reader().get(engine.session().key(TREE, KEY), PointReader.LATEST);
    } finally {
      engine.close();
    }
  }

  static EngineOptions options() {
    return new EngineOptions(
        true,
        false,
        EngineFixture.SEGMENT_BYTES,
        64 << 20,
        4096,
        0,
        Long.MAX_VALUE,
        0,
        0,
        1 << 20,
        problem -> {},
        TableOptions.DEFAULT,
        CompactionPolicy.defaults(),
        InstantSource.system(),
        EngineOptions.GAP_ENTRIES);
  }

  /** What is durable must be a prefix of the commits at every moment. */
  @Test
  void sync_ofTwoSegments_beginsWithTheOlderOne() {
    engine.write(active);
    Generation older = active;
    active = engine.begin();
    engine.write(active);
    device.synced.clear();
    syncer.sync();
    assertEquals(List.of(older.segment().path(), active.segment().path()), device.synced);
    assertTrue(engine.isOnDevice(older));
    assertTrue(engine.isOnDevice(active));
  }

  @Test
  void syncsDuringASync_ofItsWrites_areServedByIt() throws Exception {
    engine.write(active);
    device.hold();
    Call leader = new Call();
    device.awaitHeld();
    List<Call> others = List.of(new Call(), new Call(), new Call());
    for (Call other : others) {
      other.awaitParked();
    }
    device.release();
    leader.join();
    for (Call other : others) {
      other.join();
      assertTrue(other.onDevice);
    }
    assertEquals(1, device.synced.size());
  }

  @Test
  void syncsDuringASync_ofLaterWrites_shareTheNextOne() throws Exception {
    engine.write(active);
    device.hold();
    Call leader = new Call();
    device.awaitHeld();
    List<Call> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      engine.write(active);
      Call other = new Call();
      other.awaitParked();
      others.add(other);
    }
    device.release();
    leader.join();
    for (Call other : others) {
      other.join();
      assertNull(other.thrown);
      assertTrue(other.onDevice, "returned before its writes were on the device");
    }
    assertEquals(2, device.synced.size());
    assertEquals(2, syncer.syncs());
  }

  @Test
  void failedSync_failsAllWaitersAndIsNotRepeated() throws Exception {
    engine.write(active);
    device.hold();
    Call leader = new Call();
    device.awaitHeld();
    List<Call> calls = new ArrayList<>(List.of(leader));
    for (int i = 0; i < 4; i++) {
      if (i > 1) {
        engine.write(active);
      }
      Call other = new Call();
      other.awaitParked();
      calls.add(other);
    }
    StorageException cause = new StorageException(EngineFixture.STORE, "broken", null);
    device.failure = cause;
    device.release();
    for (Call call : calls) {
      call.join();
      assertEquals(cause, assertInstanceOf(StoreFailedException.class, call.thrown).getCause());
    }
    assertNotNull(engine.health.failure());
    device.failure = null;
    assertThrows(StoreFailedException.class, syncer::sync);
    assertEquals(1, device.synced.size(), "the sync was repeated");
    assertFalse(engine.isOnDevice(active));
  }

  @Test
  void interruptOfAWaiter_isKeptAndDoesNotEndTheWait() throws Exception {
    engine.write(active);
    device.hold();
    Call leader = new Call();
    device.awaitHeld();
    engine.write(active);
    Call other = new Call();
    other.awaitParked();
    other.thread.interrupt();
    assertFalse(other.thread.join(Duration.ofMillis(50)), "the interrupt ended the wait");
    device.release();
    leader.join();
    other.join();
    assertTrue(other.onDevice);
    assertTrue(other.interrupted, "the interrupt is lost");
  }

  @Test
  void sync_ofAClosedStore_isRefused() {
    engine.write(active);
    engine.currentView.close();
    assertThrows(IllegalStateException.class, syncer::sync);
    assertEquals(List.of(), device.synced);
  }

  /** A call of sync on a thread of its own. */
  private final class Call {

    private volatile @Nullable Throwable thrown;
    private volatile boolean onDevice;
    private volatile boolean interrupted;
    private final Thread thread = Thread.ofPlatform().daemon().start(this::run);

    private void run() {
      long end = active.segment().published();
      try {
        syncer.sync();
      } catch (Throwable t) {
        thrown = t;
      }
      interrupted = Thread.interrupted();
      onDevice = active.segment().synced() >= end;
    }

    void awaitParked() {
      while (LockSupport.getBlocker(thread) == null) {
        assertTrue(thread.isAlive(), "the call did not wait");
        Thread.onSpinWait();
      }
    }

    void join() throws InterruptedException {
      assertTrue(thread.join(LIMIT), "the call does not return");
    }
  }

  /** Records, holds and fails the syncs of files. */
  private static final class Device implements FaultInjection {

    private final List<Path> synced = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch released = new CountDownLatch(0);
    private volatile CountDownLatch held = new CountDownLatch(1);
    private volatile @Nullable StorageException failure;

    @Override
    public void before(FileOperation operation, Path path) {
      if (operation != FileOperation.SYNC) {
        return;
      }
      synced.add(path);
      held.countDown();
      await(released);
      StorageException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
    }

    /** Makes syncs wait for {@link #release}. */
    void hold() {
      held = new CountDownLatch(1);
      released = new CountDownLatch(1);
    }

    void awaitHeld() {
      await(held);
    }

    void release() {
      released.countDown();
    }

    private static void await(CountDownLatch latch) {
      while (latch.getCount() > 0) {
        LockSupport.parkNanos(100_000);
      }
    }
  }
}
