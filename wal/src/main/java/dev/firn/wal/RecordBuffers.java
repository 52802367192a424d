package dev.firn.wal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the memory of records comes from. Each {@link RecordBuilder} keeps a small buffer, so that
 * many idle threads take little. A larger one is borrowed for one record: up to 1 MiB from a pool,
 * beyond that of its own, which is freed afterwards.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> Owns the buffers of the pool.
 */
public final class RecordBuffers implements AutoCloseable {

  /** The first size of a record's memory. */
  static final int FIRST_BYTES = 1024;

  /** The maximum size of a buffer that belongs to a builder. */
  static final int SMALL_BYTES = 16 * 1024;

  private static final int POOLED_BYTES = 1 << 20;

  /** The maximum count of idle buffers in the pool, and their maximum share of the budget. */
  private static final int MAX_IDLE = 4;

  private static final int IDLE_SHARE = 32;

  /** For records that belong to no store: batches of a user, which cannot be closed. */
  private static final RecordBuffers UNBOUNDED =
      new RecordBuffers(MemoryBudget.unbounded(), POOLED_BYTES, 0);

  private static final RecordBuffers COLLECTED =
      new RecordBuffers(MemoryBudget.unbounded(), Long.MAX_VALUE, 0);

  private final MemoryBudget budget;
  private final long keptBytes;
  private final int maxIdle;

  @GuardedBy("this")
  private final ArrayDeque<RecordBuffer> idle = new ArrayDeque<>();

  /** The arenas that are not freed, as the JDK makes them: closing one needs no code of ours. */
  private final Set<Arena> live = ConcurrentHashMap.newKeySet();

  /**
   * The buffers of a store.
   *
   * @param budget what the buffers draw from, except the small ones
   */
  public RecordBuffers(MemoryBudget budget) {
    this(
        budget,
        SMALL_BYTES,
        Math.clamp(budget.boundBytes() / IDLE_SHARE / POOLED_BYTES, 1, MAX_IDLE));
  }

  private RecordBuffers(MemoryBudget budget, long keptBytes, int maxIdle) {
    this.budget = budget;
    this.keptBytes = keptBytes;
    this.maxIdle = maxIdle;
  }

  /** Buffers without a pool and a bound. A builder keeps up to 1 MiB. */
  static RecordBuffers unbounded() {
    return UNBOUNDED;
  }

  /** Buffers of any size that the collector frees. */
  static RecordBuffers collected() {
    return COLLECTED;
  }

  /** The maximum size of a buffer that an idle builder keeps. */
  long keptBytes() {
    return keptBytes;
  }

  /** A buffer that the collector frees. */
  RecordBuffer small(long bytes) {
    return RecordBuffer.of(Arena.ofAuto(), bytes, null);
  }

  /** A buffer of at least {@code bytes}. */
  RecordBuffer take(long bytes) {
    if (bytes <= keptBytes) {
      return small(bytes);
    }
    if (bytes > POOLED_BYTES) {
      return large(bytes);
    }
    RecordBuffer pooled;
    synchronized (this) {
      pooled = idle.poll();
    }
    return pooled != null ? pooled : large(POOLED_BYTES);
  }

  /** A buffer that is freed when it is given back, or by {@link #close} or the collector. */
  private RecordBuffer large(long bytes) {
    Arena arena = budget.arena(live);
    RecordBuffer made = null;
    try {
      made = RecordBuffer.of(arena, bytes, arena::close);
    } finally {
      if (made == null) {
        arena.close();
      }
    }
    if (maxIdle > 0) {
      return made;
    }
    Cleaner.Cleanable cleanable = AbandonedMemory.CLEANER.register(made.memory(), arena::close);
    return new RecordBuffer(made.memory(), made.view(), cleanable::clean);
  }

  /** Takes a buffer back. */
  void giveBack(RecordBuffer buffer) {
    Runnable free = buffer.free();
    if (free == null) {
      return;
    }
    if (buffer.memory().byteSize() == POOLED_BYTES) {
      synchronized (this) {
        if (idle.size() < maxIdle) {
          idle.push(buffer);
          return;
        }
      }
    }
    free.run();
  }

  /** Frees all buffers; called when no thread writes. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      idle.clear();
    }
    MemoryBudget.closeAll(live);
  }

  /** Loaded with the first large buffer, because it starts a thread. */
  private static final class AbandonedMemory {
    private static final Cleaner CLEANER = Cleaner.create();
  }
}
