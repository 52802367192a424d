package dev.firn.wal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.MappedFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments ready for activation, prepared in the background from spares or new files. That
 * takes three syncs, which are slow on a busy device. So {@value #READY} segments are kept ready
 * while segments are activated, and one at rest. After a failure the next activation tries again.
 *
 * <p><b>Threading.</b> Any thread. One preparation or deletion of a ready segment runs at a time.
 *
 * <p><b>Ownership.</b> Owns the ready segments and the spares, with their mappings.
 */
final class SegmentPool implements AutoCloseable {

  /** The count of segments that are kept ready while segments are activated. */
  static final int READY = 2;

  private final long segmentBytes;
  private final Executor background;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final SpareSegments spares;

  @GuardedBy("lock")
  private long nextNumber;

  /** In the order in which they were prepared, which is the order of activation. */
  @GuardedBy("lock")
  private final Deque<ReadySegment> ready = new ArrayDeque<>();

  /** The last segment that was activated, or the last recovered one; null = none. */
  @GuardedBy("lock")
  private @Nullable JournalSegment lastActivated;

  /** The count of segments to keep ready. The second is prepared after the first activation. */
  @GuardedBy("lock")
  private int wanted = 1;

  @GuardedBy("lock")
  private final RestCheck restCheck = new RestCheck();

  /** What the background does: it prepares a segment, or deletes a ready one; null = nothing. */
  @GuardedBy("lock")
  private @Nullable PoolTask work;

  /** The failure of the last preparation or deletion, until the next attempt. */
  @GuardedBy("lock")
  private @Nullable Throwable failure;

  /** Whether an error may have lost a spare with its file: the spares are left to the next open. */
  @GuardedBy("lock")
  private boolean spoiled;

  @GuardedBy("lock")
  private Consumer<Throwable> failureListener = e -> {};

  @GuardedBy("lock")
  private boolean closed;

  /** Used by the background while there is {@link #work}, else by the owner of the lock. */
  private final SegmentFiles files;

  /**
   * @param nextNumber the number of the next segment to be prepared
   * @param last the last recovered segment
   * @param background runs what is done in the background
   */
  SegmentPool(
      SegmentFiles files,
      long segmentBytes,
      SpareSegments spares,
      long nextNumber,
      @Nullable JournalSegment last,
      Executor background) {
    this.files = files;
    this.segmentBytes = segmentBytes;
    this.spares = spares;
    this.nextNumber = nextNumber;
    this.lastActivated = last;
    this.background = background;
  }

  /** Starts to prepare the first segment. */
  void start() {
    lock.lock();
    try {
      prepareLater();
    } finally {
      lock.unlock();
    }
  }

  /** See {@link Journal#whenPreparationFails}. */
  void whenPreparationFails(Consumer<Throwable> listener) {
    Throwable earlier;
    lock.lock();
    try {
      failureListener = listener;
      earlier = failure;
    } finally {
      lock.unlock();
    }
    if (earlier != null) {
      listener.accept(earlier);
    }
  }

  /**
   * Activates the next segment: a ready one, or one that is prepared now if none is ready or large.
   *
   * @param minBytes the size that the segment must have
   */
  JournalSegment activate(long minBytes, SegmentActivation activation) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the journal is closed");
      }
      ReadySegment next = take(minBytes);
      JournalSegment segment = activation.activate(next.file(), next.number());
      lastActivated = segment;
      wanted = READY;
      prepareLater();
      return segment;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private ReadySegment take(long minBytes) {
    boolean fits = minBytes <= segmentBytes;
    collect();
    while (work != null && !(fits && !ready.isEmpty())) {
      awaitWork(work);
      collect();
    }
    Throwable before = failure;
    boolean clean = !spoiled && (before == null || !files.hasLeftover());
    forgetSpoiled();
    failure = null;
    try {
      return fits ? takeReady() : prepareOversized(minBytes, clean);
    } catch (Throwable e) {
      spoiled |= !clean;
      if (before != null && !before.equals(e)) {
        e.addSuppressed(before);
      }
      throw e;
    }
  }

  @GuardedBy("lock")
  private ReadySegment takeReady() {
    spoiled = true;
    ReadySegment next = ready.poll();
    if (next == null) {
      long number = nextNumber++;
      files.begin();
      try {
        MappedFile file = files.prepare(number, segmentBytes, activatedNumber(), spares.poll());
        next = new ReadySegment(number, file);
      } finally {
        spoiled = files.hasLeftover();
      }
    }
    spoiled = false;
    return next;
  }

  /**
   * Prepares a larger segment. No segment with a smaller number may be activated after it, so the
   * ready segments become spares. The last is recycled first, because it names the one before it.
   *
   * @param clean false if the last preparation or deletion failed: the file that it left may name a
   *     ready segment, so the ready segments have to stay until the next open
   */
  @GuardedBy("lock")
  private ReadySegment prepareOversized(long minBytes, boolean clean) {
    long bytes =
        minBytes + (JournalFormat.SEGMENT_ALIGNMENT - 1) & -JournalFormat.SEGMENT_ALIGNMENT;
    long number = nextNumber++;
    // A failure takes no spare, and names the last activated segment, which is in use.
    MappedFile file = files.prepare(number, bytes, activatedNumber(), null);
    spoiled = true;
    for (ReadySegment unused = ready.poll(); unused != null; unused = ready.poll()) {
      if (clean) {
        spares.addFirst(new Spare(unused.file().path(), unused.file()));
      } else {
        files.unmap(unused.file());
      }
    }
    spoiled = false;
    return new ReadySegment(number, file);
  }

  @GuardedBy("lock")
  private long activatedNumber() {
    return lastActivated == null ? 0 : lastActivated.number();
  }

  /**
   * Takes back a retired segment after its last use.
   *
   * @return whether the pool owns the mapping from now on; false leaves the file to the next open
   */
  boolean takeBack(JournalSegment segment) {
    Spare spare = new Spare(segment.path(), segment.file());
    lock.lock();
    try {
      if (segment.size() != segmentBytes || segment.hasFailed() || spares.isFull()) {
        deleteLater(spare);
        return true;
      }
      if (closed) {
        return false;
      }
      spares.add(spare);
      prepareLater();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** See {@link Journal#trim}. */
  void trim() {
    lock.lock();
    try {
      spares.endRound().forEach(this::deleteLater);
    } finally {
      lock.unlock();
    }
  }

  /** See {@link Journal#rest}. */
  void rest() {
    lock.lock();
    try {
      if (restCheck.isAtRest(lastActivated)) {
        spares.takeRetired().forEach(this::deleteLater);
        wanted = 1;
        discardLater();
      }
    } finally {
      lock.unlock();
    }
  }

  /** See {@link Journal#missingBytes}. */
  long missingBytes(long minBytes) {
    lock.lock();
    try {
      boolean prepared = work != null || !ready.isEmpty() || !spares.isEmpty();
      return prepared && minBytes <= segmentBytes ? 0 : Math.max(minBytes, segmentBytes);
    } finally {
      lock.unlock();
    }
  }

  private void deleteLater(Spare spare) {
    Runnable deletion = files.deletion(spare);
    if (!tryExecute(deletion)) {
      deletion.run();
    }
  }

  /**
   * Starts to delete the last ready segment, if more are ready than wanted. None was prepared after
   * it: a preparation starts only while fewer are ready. The segment that it names must not become
   * a spare before it is deleted: {@link #prepareOversized} waits, and syncs the folder first.
   */
  @GuardedBy("lock")
  private void discardLater() {
    collect();
    if (ready.size() > wanted && work == null) {
      ReadySegment unused = ready.getLast();
      spoiled = true;
      files.begin();
      PoolTask discard =
          new PoolTask(
              () -> {
                files.discard(unused.file());
                return null;
              },
              this::ended);
      ready.removeLast();
      work = discard;
      spoiled = false;
      boolean started = false;
      try {
        if (!tryExecute(discard)) {
          discard.run();
        }
        started = true;
      } finally {
        if (!started) {
          work = null;
          spoiled = true;
        }
      }
    }
  }

  /** Starts to prepare the next segment, unless enough are ready or one is being prepared. */
  @GuardedBy("lock")
  private void prepareLater() {
    collect();
    boolean wants = !closed && work == null && ready.size() < wanted;
    if (!wants || (spares.isEmpty() && !files.budget().hasRoom(segmentBytes))) {
      return;
    }
    forgetSpoiled();
    long number = nextNumber++;
    long after = ready.isEmpty() ? activatedNumber() : ready.getLast().number();
    spoiled = true;
    files.begin();
    Spare spare = spares.poll();
    PoolTask preparation =
        new PoolTask(
            () -> new ReadySegment(number, files.prepare(number, segmentBytes, after, spare)),
            this::ended);
    work = preparation;
    spoiled = false;
    boolean started = false;
    try {
      started = tryExecute(preparation);
    } finally {
      if (!started) {
        // The next activation prepares one.
        work = null;
        spoiled = spare != null;
      }
    }
    if (!started && spare != null) {
      spares.addFirst(spare);
      spoiled = false;
    }
  }

  /** Takes over the result of the background's work, if that has ended. */
  @GuardedBy("lock")
  private void collect() {
    PoolTask ended = work;
    if (ended == null || !ended.isDone()) {
      return;
    }
    if (ended.state() == Future.State.SUCCESS) {
      ReadySegment made = ended.resultNow();
      if (made != null) {
        ready.add(made);
      }
      failure = null;
    } else {
      failure = ended.exceptionNow();
      spoiled = files.hasLeftover();
    }
    work = null;
  }

  /** Waits for the background, without the lock. An interrupt is kept for the caller. */
  @GuardedBy("lock")
  private void awaitWork(PoolTask awaited) {
    lock.unlock();
    try {
      awaited.awaitDone();
    } finally {
      lock.lock();
    }
  }

  /** Called by the background when its work has ended. */
  private void ended(@Nullable Throwable thrown) {
    Consumer<Throwable> listener;
    lock.lock();
    try {
      listener = failureListener;
      collect();
      if (thrown == null) {
        prepareLater();
      } else {
        forgetSpoiled();
      }
    } finally {
      lock.unlock();
    }
    if (thrown != null) {
      listener.accept(thrown);
    }
  }

  /** Leaves the spares to the next open if that has to be, see {@link #spoiled}. */
  @GuardedBy("lock")
  private void forgetSpoiled() {
    if (spoiled) {
      files.budget().release(spares.forget());
      spoiled = false;
    }
  }

  private boolean tryExecute(Runnable task) {
    try {
      background.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** See {@link Journal#close}. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      while (work != null) {
        awaitWork(work);
        collect();
      }
      for (ReadySegment unused : ready) {
        // Not the first ready one, which is empty and may be deleted alone.
        files.leave(unused, unused.equals(ready.peek()) ? SegmentFiles.KEEP : activatedNumber());
      }
      ready.clear();
      spares.forget();
    } finally {
      lock.unlock();
    }
  }
}
