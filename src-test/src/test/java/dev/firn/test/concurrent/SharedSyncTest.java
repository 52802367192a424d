package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.test.InterceptedFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writers that arrive during a sync share the next sync. */
@Timeout(60)
final class SharedSyncTest {

  private static final String WRITER = "writer";
  private static final int WAITERS = 7;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Gate gate = new Gate();

  @Test
  void waitingWriters_areReleasedByOneSync() throws Exception {
    try (Store store = open()) {
      List<Writer<Boolean>> writers = firstAndWaiters(store);
      gate.open.countDown();
      for (Writer<Boolean> writer : writers) {
        writer.result.get();
      }
      assertEquals(2, gate.syncs.get());
    }
  }

  @Test
  void interruptedWriters_areReleasedAndStayInterrupted() throws Exception {
    try (Store store = open()) {
      List<Writer<Boolean>> writers = firstAndWaiters(store);
      for (Writer<Boolean> writer : writers.subList(1, writers.size())) {
        writer.thread.interrupt();
      }
      gate.open.countDown();
      for (Writer<Boolean> writer : writers) {
        assertEquals(writer != writers.getFirst(), writer.result.get());
      }
      for (int i = 0; i <= WAITERS; i++) {
        assertNotNull(store.tree("t").get(new byte[] {(byte) i}));
      }
    }
  }

  @Test
  void syncFails_allWritersAreTold() throws Exception {
    try (Store store = open()) {
      List<Writer<Boolean>> writers = firstAndWaiters(store);
      gate.failing = true;
      gate.open.countDown();
      for (Writer<Boolean> writer : writers) {
        ExecutionException e = assertThrows(ExecutionException.class, writer.result::get);
        assertTrue(e.getCause() instanceof FirnException, () -> e.getCause() + "");
      }
      assertEquals(1, gate.syncs.get());
    }
  }

  private Store open() {
    return new MemoryDisk(files, gate).open(StoreOptions.defaults());
  }

  /** One writer inside a sync that waits at the gate, and others that wait for it. */
  private List<Writer<Boolean>> firstAndWaiters(Store store) throws Exception {
    Tree tree = store.tree("t");
    List<Writer<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i <= WAITERS; i++) {
      byte[] key = {(byte) i};
      Writer<Boolean> writer =
          new Writer<>(
              () -> {
                tree.put(key, key, Durability.SYNCED);
                return Thread.currentThread().isInterrupted();
              });
      writers.add(writer);
      writer.thread.start();
      if (i == 0) {
        gate.reached.await();
      } else {
        writer.awaitWaiting();
      }
    }
    return writers;
  }

  private static final class Writer<T> {

    private final FutureTask<T> result;
    private final Thread thread;

    Writer(Callable<T> task) {
      result = new FutureTask<>(task);
      thread = Thread.ofPlatform().daemon().name(WRITER).unstarted(result);
    }

    void awaitWaiting() throws InterruptedException {
      while (LockSupport.getBlocker(thread) == null) {
        Thread.sleep(1);
      }
    }
  }

  /**
   * Makes the first sync of the journal by a writer wait, counts all of them, and fails them on
   * request.
   */
  private final class Gate extends InterceptedFileSystem {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger syncs = new AtomicInteger();
    private volatile boolean failing;

    Gate() {
      super(files);
    }

    @Override
    protected void sync(Path path, Runnable sync) {
      boolean journal = StoreImage.kind(String.valueOf(path.getFileName())).equals("journal");
      if (journal && Thread.currentThread().getName().equals(WRITER)) {
        syncs.incrementAndGet();
        reached.countDown();
        awaitOpen();
        if (failing) {
          throw new StorageException(path, "was told to fail", null);
        }
      }
      super.sync(path, sync);
    }

    private void awaitOpen() {
      try {
        if (open.getCount() > 0) {
          assertTrue(open.await(1, TimeUnit.MINUTES));
        }
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted at the gate", e);
      }
    }
  }
}
