package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.InternalCursor;
import dev.firn.core.MemoryBudget;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which cursors are opened again, and what stays of them. */
class CursorReuseTest {

  private static final int TREE = 1;
  private static final byte[] FIRST = {};
  private static final long SEQUENCE = 5;

  private final EngineFixture engine = new EngineFixture();
  private final MemoryBudget budget = MemoryBudget.unbounded();
  private final OpenCursors cursors =
      new OpenCursors(budget, KnownGaps.none(), MergeReader.none(engine.health), engine.health);

  @BeforeEach
  void begin() {
    engine.begin();
  }

  @AfterEach
  void nothingIsPinned() {
    cursors.closeAll();
    cursors.close();
    assertFalse(engine.currentView.current().isReleasedOrHeld());
    assertFalse(engine.currentView.current().isBeingRead());
    engine.close();
  }

  private LeasedCursor open() {
    ScanCursor cursor = cursors.take();
    open(cursor, () -> SEQUENCE);
    return LeasedCursor.of(cursor);
  }

  private void open(ScanCursor cursor, LongSupplier sequence) {
    cursor.open(engine.currentView, TREE, FIRST, null, sequence, null);
  }

  private static void elsewhere(Runnable task) throws InterruptedException {
    Thread.ofPlatform().start(task).join();
  }

  @Test
  void closed_isOpenedAgain_withAnotherLease() {
    LeasedCursor first = open();
    first.close();
    LeasedCursor second = open();
    assertSame(first.cursor(), second.cursor());
    assertFalse(first.isValid());
    assertEquals(
        "the cursor is closed",
        assertThrows(IllegalStateException.class, first::first).getMessage());
    first.close();
    assertFalse(second.first(), "it is open, over no entries");
    second.close();
  }

  /** The thread that moved it last may still be in a step. */
  @Test
  void closedByAnotherThread_isNotOpenedAgain() throws InterruptedException {
    LeasedCursor cursor = open();
    elsewhere(cursor::close);
    assertThrows(IllegalStateException.class, cursor::next);
    LeasedCursor next = open();
    assertNotSame(cursor.cursor(), next.cursor());
    next.close();
  }

  @Test
  void movedAndClosedByAnotherThread_isOpenedAgain() throws InterruptedException {
    LeasedCursor cursor = open();
    elsewhere(
        () -> {
          assertFalse(cursor.first());
          cursor.close();
        });
    LeasedCursor next = open();
    assertSame(cursor.cursor(), next.cursor());
    next.close();
  }

  @Test
  void errorWhileOpening_pinsNothing() {
    for (Throwable thrown :
        List.of(new StackOverflowError(), new OutOfMemoryError(), new IllegalStateException())) {
      ScanCursor cursor = cursors.take();
      Throwable met =
          assertThrows(
              thrown.getClass(),
              () ->
                  open(
                      cursor,
                      () -> {
                        throw CursorReuseTest.<RuntimeException>any(thrown);
                      }));
      assertSame(thrown, met);
      assertFalse(engine.currentView.current().isReleasedOrHeld());
      cursors.discard(cursor);
      LeasedCursor next = open();
      assertNotSame(cursor, next.cursor());
      next.close();
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T any(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void errorInAMove_cursorIsThrownAwayWhenItIsClosed() {
    LeasedCursor cursor = open();
    cursor.cursor().readFrom(new FailingSource());
    assertThrows(StackOverflowError.class, cursor::first);
    cursor.close();
    LeasedCursor next = open();
    assertNotSame(cursor.cursor(), next.cursor());
    next.close();
  }

  @Test
  void manyOpenAtOnce_fewAreKept() {
    open().close();
    long one = budget.usedBytes();
    List<LeasedCursor> open = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      open.add(open());
    }
    assertEquals(400 * one, budget.usedBytes());
    open.forEach(LeasedCursor::close);
    assertTrue(budget.usedBytes() <= 32 * one, () -> budget + ", one has " + one);
  }

  @Test
  void threadsThatEnd_leaveABoundedNumberBehind() throws InterruptedException {
    open().close();
    long one = budget.usedBytes();
    for (int i = 0; i < 300; i++) {
      elsewhere(() -> open().close());
    }
    assertEquals(one, budget.usedBytes(), "each thread finds that of the one before");
  }

  @Test
  void storeClose_withOpenCursors_closesThemForGood() {
    LeasedCursor open = open();
    LeasedCursor other = open();
    other.close();
    cursors.closeAll();
    assertEquals(
        "the store is closed", assertThrows(IllegalStateException.class, open::first).getMessage());
    assertThrows(IllegalStateException.class, other::first);
    open.close();
    cursors.close();
    assertFalse(open.cursor().isAlive());
    assertFalse(other.cursor().isAlive());
  }

  /** 256 threads, each with some cursors open; half of them are closed by other threads. */
  @Test
  void manyThreads_eachLeaseIsHeldByOne() throws Exception {
    int threads = 256;
    Set<ScanCursor> held = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int number = t;
        done.add(
            pool.submit(
                () -> {
                  all.countDown();
                  all.await();
                  Set<LeasedCursor> mine = new HashSet<>();
                  for (int i = 0; i < 100; i++) {
                    LeasedCursor cursor = open();
                    assertTrue(held.add(cursor.cursor()), "two have it");
                    mine.add(cursor);
                    assertFalse(cursor.first());
                    if (mine.size() > number % 3) {
                      for (LeasedCursor one : mine) {
                        held.remove(one.cursor());
                        one.close();
                        assertThrows(IllegalStateException.class, one::first);
                      }
                      mine.clear();
                    }
                  }
                  if (number % 2 == 0) {
                    mine.forEach(one -> held.remove(one.cursor()));
                    mine.forEach(LeasedCursor::close);
                  }
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
  }

  /** Ends each search with an error. */
  private static final class FailingSource extends InternalCursor {

    @Override
    public boolean first() {
      throw new StackOverflowError();
    }

    @Override
    public boolean last() {
      throw new StackOverflowError();
    }

    @Override
    public boolean seek(MemorySegment key, long offset, int length, long trailer) {
      throw new StackOverflowError();
    }

    @Override
    public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
      throw new StackOverflowError();
    }

    @Override
    public boolean next() {
      throw new StackOverflowError();
    }

    @Override
    public boolean prev() {
      throw new StackOverflowError();
    }

    @Override
    public void close() {}
  }
}
