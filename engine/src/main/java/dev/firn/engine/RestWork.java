package dev.firn.engine;

import dev.firn.compaction.CoveredBytes;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.error.FirnException;
import dev.firn.memtable.MemTableRanges;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts what gives space back without a write or a call of the user: a flush of a memtable whose
 * deletions are many or old, and compactions that became possible with time or with the end of a
 * snapshot. A store in which nothing changes does nothing more.
 *
 * <p><b>Threading.</b> {@link #run} is a periodic maintenance task, {@link #flushDeletionsBy} may
 * be called by any thread.
 */
final class RestWork implements Runnable {

  /** The interval of {@link #run}. */
  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Deletions are flushed after this time without a write. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A memtable has many deletions if more than one entry in this many is a deletion. */
  private static final long MANY_SHARE = 20;

  /** Deletions of this count are flushed, because cursors step over each of them. */
  private static final long MANY_DELETIONS = 10_000;

  /** Deletions of this many bytes are flushed. */
  private static final long MANY_BYTES = 1 << 20;

  /** Deletions of a store's bytes divided by this are flushed. */
  private static final long MANY_OF_ALL = 64;

  /** Old deletions are looked for so often in the time after which they are old. */
  private static final int LOOKS_PER_AGE = 16;

  private static final long MAX_LOOK_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final CurrentView views;
  private final Rotation rotation;
  private final Compactor compactor;
  private final Snapshots snapshots;
  private final Health health;

  /** After half of the age at which deletions are old, they leave the memtable; 0: never. */
  private final long halfAgeNanos;

  private final long lookNanos;
  private @Nullable Generation seen;
  private long seenEntries;
  private long changedAt;
  private boolean restDone;
  private long lookedAt = System.nanoTime();
  private long snapshotsClosed;

  /**
   * @param tombstoneMaxAgeSeconds see {@link
   *     dev.firn.compaction.CompactionPolicy#tombstoneMaxAgeSeconds}
   */
  RestWork(
      CurrentView views,
      Rotation rotation,
      Compactor compactor,
      Snapshots snapshots,
      Health health,
      long tombstoneMaxAgeSeconds) {
    this.views = views;
    this.rotation = rotation;
    this.compactor = compactor;
    this.snapshots = snapshots;
    this.health = health;
    long ageNanos = TimeUnit.SECONDS.toNanos(tombstoneMaxAgeSeconds);
    this.halfAgeNanos = ageNanos / 2;
    this.lookNanos = Math.min(ageNanos / LOOKS_PER_AGE, MAX_LOOK_NANOS);
  }

  @Override
  public void run() {
    boolean look = halfAgeNanos > 0 && System.nanoTime() - lookedAt >= lookNanos;
    work(
        active -> flushIfDue(active, look),
        () -> {
          long closed = snapshots.closed();
          if (look || closed != snapshotsClosed) {
            lookedAt = look ? System.nanoTime() : lookedAt;
            snapshotsClosed = closed;
            compactor.wakeAtRest();
          }
        });
  }

  /**
   * Does work unless the store has failed or is being closed.
   *
   * @param onActive gets the active generation, if there is one
   * @param then comes after that
   */
  private void work(Consumer<Generation> onActive, Runnable then) {
    if (health.hasFailed()) {
      return;
    }
    try {
      Generation active = acquireActive();
      if (active != null) {
        try {
          onActive.accept(active);
        } finally {
          active.release();
        }
      }
      then.run();
    } catch (FirnException | IllegalStateException e) {
      // The store has failed, or it was closed meanwhile.
    }
  }

  /**
   * Flushes the deletions in memory if there are many, at rest or not: a scan had to step over
   * them. That flush and the compactions after it remove them.
   *
   * @param maintenance runs it
   */
  void flushDeletionsBy(Executor maintenance) {
    try {
      maintenance.execute(this::flushDeletions);
    } catch (RejectedExecutionException e) {
      // The store is being closed, which flushes.
    }
  }

  private void flushDeletions() {
    work(
        active -> {
          if (deletions(active) >= MANY_DELETIONS) {
            rotation.freeze();
          }
        },
        compactor::wakeAtRest);
  }

  private @Nullable Generation acquireActive() {
    return views.read(
        view -> {
          Generation active = view.active();
          return active != null && active.tryAcquire() ? active : null;
        });
  }

  private void flushIfDue(Generation active, boolean look) {
    long now = System.nanoTime();
    long entries = active.segment().entries();
    if (!active.equals(seen) || entries != seenEntries) {
      seen = active;
      seenEntries = entries;
      changedAt = now;
      restDone = false;
    }
    boolean rests = !restDone && now - changedAt >= REST_NANOS;
    boolean old = look && now - active.begunAtNanos() >= halfAgeNanos;
    if (entries == 0 || !(rests || old)) {
      return;
    }
    restDone |= rests;
    MemTableRanges ranges = active.memTable().ranges();
    if (ranges != null && (old || coverMuch(ranges))) {
      rotation.freeze();
      return;
    }
    long deletions = deletions(active);
    if (deletions > 0 && (old || areMany(deletions, entries))) {
      rotation.freeze();
    }
  }

  private static long deletions(Generation generation) {
    long deletions = 0;
    try (InternalCursor cursor = generation.memTable().cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        int kind = SequenceNumber.kindCode(cursor.trailer());
        deletions += kind == ValueKind.DELETE.code() ? 1 : 0;
      }
    }
    return deletions;
  }

  private boolean coverMuch(MemTableRanges ranges) {
    RangeFragmenter fragmenter = new RangeFragmenter();
    ranges.forEach(fragmenter::add);
    Shape shape = views.read(view -> view.version().shape());
    long covered = CoveredBytes.estimate(shape, 0, fragmenter.build(RangeRetention.newest(1)));
    return covered >= many(shape.bytes());
  }

  /** Bytes that are worth a flush, of all. */
  private static long many(long bytes) {
    return Math.min(MANY_BYTES, Math.max(1, bytes / MANY_OF_ALL));
  }

  private boolean areMany(long deletions, long entries) {
    if (deletions * MANY_SHARE <= entries) {
      return false;
    }
    if (deletions >= MANY_DELETIONS) {
      return true;
    }
    Shape shape = views.read(view -> view.version().shape());
    long bytes = shape.bytes();
    double stored = 0;
    for (int level = 0; level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        stored += run.entries();
      }
    }
    double shadowed = stored == 0 ? 0 : bytes / stored * deletions;
    return shadowed >= many(bytes);
  }
}
