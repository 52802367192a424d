package dev.firn.wal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.error.FirnException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a store: hands out the next one, and takes back those that are needed no more.
 *
 * <p>The next {@value #READY} segments are made ready in the background, from retired ones where
 * there are some, so that {@link #rotate} seldom waits: preparing one takes three syncs, and a busy
 * device is slow. At rest one is enough, see {@link #rest}. What fails there is tried again after
 * the next rotation, or by one that finds none ready, which throws if it fails again; the segment
 * in use is not affected.
 *
 * <p><b>Threading.</b> {@link #rotate} has one caller at a time; the rest may be called by any
 * thread.
 *
 * <p><b>Ownership.</b> Owns the ready segments and the spare ones, their mappings too. A segment
 * handed out belongs to the caller, see {@link JournalSegment}.
 */
public final class Journal implements AutoCloseable {

  /** So many segments are kept ready while they are put to use. */
  static final int READY = 2;

  /** A segment that waits to be put to use. */
  private record Ready(long number, MappedFile file) {}

  private final long segmentBytes;
  private final long bootId;
  private final Executor preparer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition prepared = lock.newCondition();

  @GuardedBy("lock")
  private final SpareSegments spares;

  @GuardedBy("lock")
  private long nextNumber;

  /** In the order in which they were prepared, and are put to use. */
  @GuardedBy("lock")
  private final Deque<Ready> ready = new ArrayDeque<>();

  /** The number of the last segment put to use, or of the last recovered one; 0 = none. */
  @GuardedBy("lock")
  private long lastActivated;

  /** How many are to be ready. The second is made when the first has been put to use. */
  @GuardedBy("lock")
  private int wanted = 1;

  /** The segment in use when {@link #rest} was last called, and where its records ended then. */
  @GuardedBy("lock")
  private long restingSegment;

  @GuardedBy("lock")
  private long restingEnd;

  /** Whether the background prepares a segment, or deletes one that was ready. */
  @GuardedBy("lock")
  private boolean preparing;

  /** Why the last of that failed, for whom the next attempt fails. */
  @GuardedBy("lock")
  private @Nullable Throwable failure;

  @GuardedBy("lock")
  private Consumer<Throwable> preparationFailed = e -> {};

  @GuardedBy("lock")
  private boolean closed;

  /** Used by whoever prepares: the background while {@link #preparing}, else the lock's owner. */
  private final SegmentFiles files;

  private final SegmentHeader activation = new SegmentHeader();
  private @Nullable JournalSegment last;

  /** The number of the last segment with records, which the next one names as the one before it. */
  private long lastUsed;

  /**
   * The journal of a store without one.
   *
   * @param segmentBytes the size of a segment, a multiple of 4096
   * @param nextNumber the number of the first segment, at least 1; larger than that of any segment
   *     the store ever used
   * @param preparer runs what is done in the background
   */
  public Journal(
      FileSystem fs, Path directory, long segmentBytes, long nextNumber, Executor preparer) {
    this(fs, directory, segmentBytes, List.of(), List.of(), nextNumber, preparer);
  }

  /**
   * The journal of a store that was opened: goes on behind what was recovered.
   *
   * @param segmentBytes the size of a segment, a multiple of 4096
   * @param preparer runs what is done in the background
   */
  public Journal(
      FileSystem fs,
      Path directory,
      long segmentBytes,
      RecoveredJournal recovered,
      Executor preparer) {
    this(
        fs,
        directory,
        segmentBytes,
        recovered.segments(),
        recovered.spares(),
        recovered.nextNumber(),
        preparer);
  }

  private Journal(
      FileSystem fs,
      Path directory,
      long segmentBytes,
      List<JournalSegment> segments,
      List<Path> recoveredSpares,
      long nextNumber,
      Executor preparer) {
    if (segmentBytes < JournalFormat.SEGMENT_ALIGNMENT
        || segmentBytes > JournalFormat.MAX_SEGMENT_BYTES
        || segmentBytes % JournalFormat.SEGMENT_ALIGNMENT != 0) {
      throw new IllegalArgumentException("segmentBytes=" + segmentBytes);
    }
    if (nextNumber < 1) {
      throw new IllegalArgumentException("nextNumber=" + nextNumber);
    }
    this.segmentBytes = segmentBytes;
    this.bootId = fs.bootId();
    this.preparer = preparer;
    this.files = new SegmentFiles(fs, directory);
    this.spares = new SpareSegments(recoveredSpares);
    for (JournalSegment segment : segments) {
      segment.keptBy(this::takeBack);
      last = segment;
      lastUsed = segment.number();
    }
    lock.lock();
    try {
      this.nextNumber = nextNumber;
      this.lastActivated = lastUsed;
      prepareLater();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has {@code listener} told of each failure to prepare a segment in the background, by the thread
   * that met it; of one that has happened already at once. The next rotation tries again.
   */
  public void whenPreparationFails(Consumer<Throwable> listener) {
    Throwable earlier;
    lock.lock();
    try {
      preparationFailed = listener;
      earlier = failure;
    } finally {
      lock.unlock();
    }
    if (earlier != null) {
      listener.accept(earlier);
    }
  }

  /**
   * Puts the next segment to use. The one used before is sealed, if it is not yet.
   *
   * @param firstSequence the sequence of the next entry
   * @param minRecordBytes the {@link RecordBuilder#paddedBytes} of the record that must fit; a
   *     segment of its own size is made for one that needs it
   */
  public JournalSegment rotate(long firstSequence, long minRecordBytes) {
    JournalSegment before = last;
    if (before != null) {
      before.seal();
      if (before.lastSequence() + 1 != firstSequence) {
        throw new IllegalArgumentException(
            "firstSequence=" + firstSequence + " after " + before.lastSequence());
      }
    }
    lock.lock();
    try {
      requireOpen();
      Ready next = take(JournalFormat.HEADER_BYTES + minRecordBytes);
      if (before != null && before.entries() > 0) {
        lastUsed = before.number();
      }
      JournalSegment segment = activate(next, firstSequence, before);
      last = segment;
      lastActivated = segment.number();
      wanted = READY;
      prepareLater();
      return segment;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Ready take(long wanted) {
    boolean fits = wanted <= segmentBytes;
    while (preparing && !(fits && !ready.isEmpty())) {
      prepared.awaitUninterruptibly();
    }
    Throwable before = failure;
    failure = null;
    try {
      return fits ? takeReady() : oversized(wanted, before == null);
    } catch (Throwable e) {
      spares.forget();
      if (before != null && !before.equals(e)) {
        e.addSuppressed(before);
      }
      throw e;
    }
  }

  @GuardedBy("lock")
  private Ready takeReady() {
    Ready next = ready.poll();
    if (next == null) {
      MappedFile file = files.prepare(nextNumber, segmentBytes, lastActivated, spares.poll());
      next = new Ready(nextNumber++, file);
    }
    return next;
  }

  /**
   * The ready segments become spares: their numbers are smaller than that of the one used before
   * them. The last is the first to be made over, for it names the one before it.
   *
   * @param clean false if the last preparation, or deletion, failed: what it left may name a ready
   *     segment, which must stay then until the next open
   */
  @GuardedBy("lock")
  private Ready oversized(long wanted, boolean clean) {
    long bytes = wanted + (JournalFormat.SEGMENT_ALIGNMENT - 1) & -JournalFormat.SEGMENT_ALIGNMENT;
    MappedFile file = files.prepare(nextNumber, bytes, lastActivated, null);
    for (Ready unused = ready.poll(); unused != null; unused = ready.poll()) {
      if (clean) {
        spares.addFirst(new Spare(unused.file().path(), unused.file()));
      } else {
        unused.file().close();
      }
    }
    return new Ready(nextNumber++, file);
  }

  private JournalSegment activate(Ready next, long firstSequence, @Nullable JournalSegment before) {
    try {
      activation.activate(next.file(), next.number(), bootId, firstSequence, lastUsed);
      JournalSegment segment =
          JournalSegment.over(next.file(), next.number(), firstSequence, before);
      segment.keptBy(this::takeBack);
      return segment;
    } catch (Throwable e) {
      next.file().close();
      throw e;
    }
  }

  /**
   * Takes back a segment whose entries are durable elsewhere, with the creator's reference to it:
   * its file is made over or deleted once nobody holds it. Before the call, the store's floor must
   * be durably above the segment's number, so that recovery needs neither it nor any before it.
   */
  public void retire(JournalSegment segment) {
    segment.setRetired();
    segment.release();
  }

  /**
   * Nobody holds a segment any more.
   *
   * @return whether its mapping is the journal's now
   */
  private boolean takeBack(JournalSegment segment) {
    if (!segment.isRetired()) {
      return false;
    }
    Spare spare = new Spare(segment.path(), segment.file());
    lock.lock();
    try {
      if (segment.size() != segmentBytes || segment.hasFailed() || spares.isFull()) {
        deleteLater(spare);
        return true;
      }
      if (closed) {
        return false; // the next open finds the file, and uses it
      }
      spares.add(spare);
      prepareLater();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Deletes, in the background, the retired segments that nobody had use for since the last call:
   * what a burst of writes leaves behind does not lie there for ever. A load that needs them again
   * and again keeps them, however slow it is.
   */
  public void trim() {
    lock.lock();
    try {
      spares.endRound().forEach(this::deleteLater);
    } finally {
      lock.unlock();
    }
  }

  /**
   * If nothing was written since the last call, deletes, in the background, all retired segments
   * and the second ready one.
   */
  public void rest() {
    lock.lock();
    try {
      long end = last == null ? 0 : last.published();
      if (restingSegment == lastActivated && restingEnd == end) {
        spares.takeRetired().forEach(this::deleteLater);
        wanted = 1;
        discardLater();
      }
      restingSegment = lastActivated;
      restingEnd = end;
    } finally {
      lock.unlock();
    }
  }

  private void deleteLater(Spare spare) {
    inBackground(() -> files.delete(spare));
  }

  /**
   * Starts to delete the last ready segment, if more are ready than wanted. Nothing was prepared
   * after it, for that is begun only when fewer are. The one before it, which it names, must not
   * become a spare before it is gone: {@link #oversized} waits, and syncs the folder first.
   */
  @GuardedBy("lock")
  private void discardLater() {
    if (ready.size() > wanted) {
      Ready unused = ready.removeLast();
      preparing = true;
      inBackground(() -> discard(unused));
    }
  }

  private void discard(Ready unused) {
    Throwable thrown = null;
    try {
      files.discard(unused.file());
    } catch (Throwable e) {
      thrown = e;
    }
    endPreparing(null, thrown);
  }

  /** Starts to prepare the next segment, unless enough are ready or one is being prepared. */
  @GuardedBy("lock")
  private void prepareLater() {
    if (closed || preparing || ready.size() >= wanted) {
      return;
    }
    long number = nextNumber++;
    long after = ready.isEmpty() ? lastActivated : ready.getLast().number();
    Spare spare = spares.poll();
    preparing = true;
    if (!tryExecute(() -> prepare(number, after, spare))) {
      // The next rotate does it.
      preparing = false;
      if (spare != null) {
        spares.addFirst(spare);
      }
    }
  }

  private void prepare(long number, long after, @Nullable Spare spare) {
    Ready made = null;
    Throwable thrown = null;
    try {
      made = new Ready(number, files.prepare(number, segmentBytes, after, spare));
    } catch (Throwable e) {
      thrown = e;
    }
    endPreparing(made, thrown);
  }

  private void endPreparing(@Nullable Ready made, @Nullable Throwable thrown) {
    Consumer<Throwable> listener;
    lock.lock();
    try {
      listener = preparationFailed;
      failure = thrown;
      preparing = false;
      if (made != null) {
        ready.add(made);
      }
      if (thrown == null) {
        prepareLater();
      } else {
        spares.forget();
      }
      prepared.signalAll();
    } finally {
      lock.unlock();
    }
    if (thrown != null) {
      listener.accept(thrown);
    }
  }

  private void inBackground(Runnable task) {
    if (!tryExecute(task)) {
      task.run();
    }
  }

  private boolean tryExecute(Runnable task) {
    try {
      preparer.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  @GuardedBy("lock")
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the journal is closed");
    }
  }

  /**
   * Leaves a ready segment to the next open. It does not name the other ready one any more: both
   * are empty, and whoever deletes one deletes nothing.
   */
  @GuardedBy("lock")
  private void leave(Ready unused) {
    try {
      if (!unused.equals(ready.getFirst())) {
        files.setPreparedAfter(unused.file(), unused.number(), lastActivated);
      }
    } catch (FirnException e) {
      // Then it does.
    } finally {
      unused.file().close();
    }
  }

  /**
   * Lets go of the ready segments; their files and the spares stay for the next open.
   * Idempotent.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      while (preparing) {
        prepared.awaitUninterruptibly();
      }
      ready.forEach(this::leave);
      ready.clear();
      spares.forget();
    } finally {
      lock.unlock();
    }
  }
}
