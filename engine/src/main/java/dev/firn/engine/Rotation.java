package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Begins the next generation when the active one is full, and holds writers back when too many wait
 * to be flushed.
 *
 * <p><b>Threading.</b> Any thread; one rotation at a time.
 */
final class Rotation {

  private final Journal journal;
  private final ArenaPool arenas;
  private final GenerationList layers;
  private final Executor learner;
  private final LongAdder stalls = new LongAdder();
  private final LongAdder stalledNanos = new LongAdder();
  private final Object lock = new Object();

  /** Changed when what a sealed generation shows was learned; a matter of speed alone. */
  private volatile KeyNormalizer normalizer;

  @GuardedBy("lock")
  private @Nullable Generation active;

  @GuardedBy("lock")
  private long nextSequence;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * @param learner runs what need not be done before the next generation begins
   * @param normalizer for the memtable of the next generation
   * @param nextSequence the first sequence that was not given out before
   */
  Rotation(
      Journal journal,
      ArenaPool arenas,
      GenerationList layers,
      Executor learner,
      KeyNormalizer normalizer,
      long nextSequence) {
    this.journal = journal;
    this.arenas = arenas;
    this.layers = layers;
    this.learner = learner;
    this.normalizer = normalizer;
    this.nextSequence = nextSequence;
  }

  /**
   * Begins the next generation, unless somebody else did since.
   *
   * @param full the generation that had no room, or null when there was none
   * @param recordBytes how much room in the journal the caller needs
   * @param nodeBytes how much room in the memtable the caller needs
   */
  void rotate(@Nullable Generation full, long recordBytes, long nodeBytes) {
    synchronized (lock) {
      if (closed) {
        throw CurrentView.closed();
      }
      if (active != full) {
        return;
      }
      awaitRoom();
      seal();
      JournalSegment segment = journal.rotate(nextSequence, recordBytes);
      MemTableArena arena = arenas.take(MemTable.arenaBytes(nodeBytes));
      MemTable memTable = new MemTable(arena, segment.memory(), normalizer);
      active = new Generation(segment, memTable, arena, arenas, journal);
      layers.begin(active);
    }
  }

  /**
   * Lets the active generation be flushed, if it holds anything.
   *
   * @return the last sequence of the generations that wait to be flushed now
   */
  long freeze() {
    synchronized (lock) {
      if (active != null && active.segment().entries() > 0) {
        seal();
        active = null;
        layers.freeze();
      }
      return nextSequence - 1;
    }
  }

  /** Lets no further generation begin, and the active one be flushed. */
  void close() {
    synchronized (lock) {
      closed = true;
      freeze();
    }
  }

  /** How often writers had to wait for a flush. */
  long stalls() {
    return stalls.sum();
  }

  /** How long they waited in all. */
  long stalledNanos() {
    return stalledNanos.sum();
  }

  @GuardedBy("lock")
  private void seal() {
    if (active != null) {
      active.segment().seal();
      nextSequence = active.segment().lastSequence() + 1;
      learnLater(active);
    }
  }

  /**
   * Has it learned what the keys of a sealed generation look like, which takes half a millisecond:
   * it is of use from the next but one on.
   */
  private void learnLater(Generation sealed) {
    if (sealed.tryAcquire()) {
      try {
        learner.execute(() -> learn(sealed));
      } catch (RejectedExecutionException e) {
        sealed.release(); // the store is closing
      }
    }
  }

  private void learn(Generation sealed) {
    try {
      normalizer = sealed.memTable().learnNormalizer();
    } finally {
      sealed.release();
    }
  }

  private void awaitRoom() {
    long start = System.nanoTime();
    if (layers.awaitFrozenBelow(GenerationList.MAX_FROZEN)) {
      stalls.increment();
      stalledNanos.add(System.nanoTime() - start);
    }
  }
}
