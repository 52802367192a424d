package dev.firn.transaction;

import dev.firn.engine.Engine;
import dev.firn.engine.OpenSnapshot;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a store that are open. It begins them, ends those that are too old, and ends
 * all when the store is closed.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class Transactions {

  /** The number of write sets kept for later transactions. */
  private static final int MAX_IDLE = 16;

  /** Old transactions are looked for this often in the time that they may have. */
  private static final int CHECKS_PER_AGE = 8;

  private static final Duration MIN_INTERVAL = Duration.ofMillis(10);
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(10);

  private final Engine engine;
  private final LongSupplier nanoTime;
  private final long maxAgeNanos;
  private final Set<OpenTransaction> open = ConcurrentHashMap.newKeySet();
  private final ArrayBlockingQueue<WriteSet> idle = new ArrayBlockingQueue<>(MAX_IDLE);
  private final LongAdder conflicts = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private volatile boolean closed;

  /**
   * The transactions of an engine; {@link #expireOld} is called now and then.
   *
   * @param maxAge how long one may be open; zero for any time
   */
  public Transactions(Engine engine, Duration maxAge) {
    this(engine, maxAge, System::nanoTime);
    if (maxAgeNanos > 0) {
      Duration interval = maxAge.dividedBy(CHECKS_PER_AGE);
      interval = interval.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : interval;
      interval = interval.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : interval;
      engine.every(interval, this::expireOld);
    }
  }

  /**
   * The transactions of an engine, on another clock.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  Transactions(Engine engine, Duration maxAge, LongSupplier nanoTime) {
    this.engine = engine;
    this.maxAgeNanos = maxAge.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Begins a transaction that others do not wait for. */
  public OpenTransaction begin(Level level) {
    return register(level);
  }

  /**
   * Begins an exclusive transaction, when other writers have ended.
   *
   * @throws dev.firn.error.TransactionTimeoutException when the time is up
   * @throws IllegalStateException when the thread has one open
   */
  public OpenTransaction beginExclusive(Duration timeout) {
    expireOld(); // one of a thread that has ended may be in the way
    engine.permits().acquireAll(timeout);
    OpenTransaction begun = null;
    try {
      begun = register(Level.EXCLUSIVE);
      return begun;
    } finally {
      if (begun == null) {
        engine.permits().releaseAll();
      }
    }
  }

  private OpenTransaction register(Level level) {
    WriteSet pooled = idle.poll();
    WriteSet writes = pooled == null ? new WriteSet() : pooled;
    OpenSnapshot snapshot = engine.openSnapshot();
    OpenTransaction begun = null;
    try {
      begun = new OpenTransaction(this, engine, level, writes, snapshot, nanoTime.getAsLong());
      open.add(begun);
    } finally {
      if (begun == null) {
        engine.closeSnapshot(snapshot);
      }
    }
    if (closed) {
      begun.closeWithStore(); // close() may not have seen it
    }
    return begun;
  }

  void remove(OpenTransaction ended) {
    open.remove(ended);
  }

  /** Keeps the memory of an ended transaction, if it is fit for others. */
  void giveBack(WriteSet writes) {
    if (writes.reset()) {
      idle.offer(writes);
    }
  }

  /** Ends the transactions that have been open for too long. */
  void expireOld() {
    if (maxAgeNanos > 0) {
      open.forEach(this::expireIfOld);
    }
  }

  void expireIfOld(OpenTransaction transaction) {
    if (maxAgeNanos > 0 && nanoTime.getAsLong() - transaction.beganNanos() > maxAgeNanos) {
      transaction.expire();
    }
  }

  void countConflict() {
    conflicts.increment();
  }

  /** Counts a new try after a conflict. */
  public void countRetry() {
    retries.increment();
  }

  /** The number of open transactions. */
  public int count() {
    return open.size();
  }

  /** How long the oldest open transaction has been open; zero without any. */
  public Duration oldest() {
    @Nullable Duration oldest = null;
    long now = nanoTime.getAsLong();
    for (OpenTransaction transaction : open) {
      Duration age = transaction.age(now);
      oldest = oldest == null || age.compareTo(oldest) > 0 ? age : oldest;
    }
    return oldest == null ? Duration.ZERO : oldest;
  }

  /** The number of commits that failed because of a conflict. */
  public long conflicts() {
    return conflicts.sum();
  }

  /** The number of new tries after conflicts. */
  public long retries() {
    return retries.sum();
  }

  /** Ends all transactions, except those that are being committed, and begins no others. */
  public void close() {
    closed = true;
    open.forEach(OpenTransaction::closeWithStore);
  }
}
