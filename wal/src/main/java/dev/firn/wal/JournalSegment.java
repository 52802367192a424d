package dev.firn.wal;

import dev.firn.core.RefCounted;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.MappedFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal, mapped, and the positions in it.
 *
 * <pre>
 *   0      64                                                            size
 *   | header | records on the device | published | being written | free    |
 *                                    synced      published       reserved
 * </pre>
 *
 * <p>A record is written in three steps: {@link #reserve} gives it a place and its sequences,
 * {@link #append} copies it there, {@link #publish} says that everything up to its end is there.
 *
 * <p><b>Threading.</b> Any number of threads reserve and append. Publishing happens in the order of
 * the reservations, over all segments, one call at a time. {@link #sync} has one caller at a time
 * over all segments of a journal. The rest may be called by any thread.
 *
 * <p><b>Ownership.</b> Owns the mapping. The creator's reference goes with {@link Journal#retire},
 * which hands file and mapping back to the journal once nobody holds the segment, or with {@link
 * #release}, which leaves the file for the next open.
 */
public final class JournalSegment extends RefCounted {

  /*
   * The state of reservations, so that one CAS hands out a place and sequences together:
   *
   *   bit 63      sealed
   *   bits 62..32 position of the next record, in 8-byte units
   *   bits 31..0  entries reserved so far
   *
   * It lives on the heap: a CAS on a page that a file backs can kill the JVM.
   */
  private static final long SEALED = Long.MIN_VALUE;
  private static final int POSITION_SHIFT = 32;
  private static final long COUNT_MASK = (1L << POSITION_SHIFT) - 1;
  private static final int UNIT_SHIFT = 3;

  private static final long HEADER_STATE =
      JournalFormat.HEADER_BYTES >>> UNIT_SHIFT << POSITION_SHIFT;

  private static final VarHandle STATE;
  private static final VarHandle PUBLISHED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(JournalSegment.class, "state", long.class);
      PUBLISHED = lookup.findVarHandle(JournalSegment.class, "published", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MappedFile file;
  private final long number;
  private final long size;
  private final long firstSequence;
  private final int lifeTag;

  private volatile long state;
  private volatile long published;
  private volatile long synced;

  /** The synced position that a record stated last. Racy: a position stated twice does no harm. */
  private long stated;

  /**
   * The segment used before this one, until it is known to be on the device or to be needed no
   * more.
   */
  private volatile @Nullable JournalSegment previous;

  private volatile Predicate<JournalSegment> keeper = segment -> false;
  private volatile @Nullable MemorySegment checkedCopy;
  private volatile boolean retired;
  private volatile @Nullable Throwable failure;

  /** Whether an earlier process wrote it. */
  private boolean recovered;

  private JournalSegment(
      MappedFile file, long number, long firstSequence, @Nullable JournalSegment previous) {
    this.file = file;
    this.number = number;
    this.size = file.size();
    this.firstSequence = firstSequence;
    this.lifeTag = JournalFormat.lifeTag(number);
    this.previous = previous;
    this.state = HEADER_STATE;
    this.published = JournalFormat.HEADER_BYTES;
  }

  /**
   * A segment without records, over a file that it owns from now on.
   *
   * @param previous the segment used before
   */
  static JournalSegment over(
      MappedFile file, long number, long firstSequence, @Nullable JournalSegment previous) {
    return new JournalSegment(file, number, firstSequence, previous);
  }

  /** Who is asked, when nobody holds the segment any more, whether to take over its mapping. */
  void keptBy(Predicate<JournalSegment> keeper) {
    this.keeper = keeper;
  }

  /** The file, for who takes it over. */
  MappedFile file() {
    return file;
  }

  /** Whether the file was synced without success, so that nothing may be put into it any more. */
  boolean hasFailed() {
    return failure != null;
  }

  /** Says which records were found here; nothing is ever added to them. */
  void setRecovered(long end, long count) {
    recovered = true;
    state = SEALED | end >>> UNIT_SHIFT << POSITION_SHIFT | count;
    published = end;
  }

  /** The segment's number; a larger one was used later. */
  public long number() {
    return number;
  }

  /** The file's length in bytes. */
  public long size() {
    return size;
  }

  /** The file's path. */
  public Path path() {
    return file.path();
  }

  /** The whole file, mapped, to be read only. */
  public MemorySegment memory() {
    return file.memory();
  }

  /** The sequence of the segment's first entry, were there one. */
  public long firstSequence() {
    return firstSequence;
  }

  /**
   * Reserves a place for a record and sequences for its entries.
   *
   * @param paddedBytes the record's {@link RecordBuilder#paddedBytes}
   * @param count the record's {@link RecordBuilder#count}
   * @return the reservation, see {@link #offset} and {@link #firstSequence(long)}; -1 when the
   *     record does not fit or the segment is sealed
   */
  public long reserve(long paddedBytes, int count) {
    long units = paddedBytes >>> UNIT_SHIFT;
    long seen = state;
    while (seen >= 0) {
      if (units > (size >>> UNIT_SHIFT) - (seen >>> POSITION_SHIFT)) {
        return -1;
      }
      long found =
          (long) STATE.compareAndExchange(this, seen, seen + (units << POSITION_SHIFT) + count);
      if (found == seen) {
        return seen;
      }
      seen = found;
    }
    return -1;
  }

  /** The place in the segment that a reservation stands for. */
  public static long offset(long reservation) {
    return reservation >>> POSITION_SHIFT << UNIT_SHIFT;
  }

  /** The sequence of the first entry that a reservation stands for. */
  public long firstSequence(long reservation) {
    return firstSequence + (reservation & COUNT_MASK);
  }

  /** Ends reserving. Idempotent. */
  public void seal() {
    STATE.getAndBitwiseOr(this, SEALED);
  }

  /** Whether nothing more can be reserved. */
  public boolean isSealed() {
    return state < 0;
  }

  /** Where the next record would go; final once sealed. */
  public long end() {
    return offset(state & ~SEALED);
  }

  /** How many entries were reserved; final once sealed. */
  public long entries() {
    return state & COUNT_MASK;
  }

  /** The sequence of the last entry reserved; final once sealed. */
  public long lastSequence() {
    return firstSequence(state) - 1;
  }

  /**
   * Writes a record to the place that was reserved for it.
   *
   * @param record the entries; its header is filled in
   * @param offset the reservation's {@link #offset}
   * @param firstSequence the reservation's {@link #firstSequence(long)}
   * @param synced whether the caller is going to have it synced
   */
  public void append(RecordBuilder record, long offset, long firstSequence, boolean synced) {
    assert offset >= JournalFormat.HEADER_BYTES && offset <= end() - record.paddedBytes();
    assert firstSequence >= 0 && firstSequence <= SequenceNumber.MAX;
    record.seal(number, offset, firstSequence << 8 | lifeTag, commitment());
    if (synced) {
      file.writeForSync(offset, record.memory(), 0, record.paddedBytes());
    } else {
      file.write(offset, record.memory(), 0, record.paddedBytes());
    }
  }

  /** What the next record says about those before it. */
  private int commitment() {
    long onDevice = synced;
    if (onDevice != stated) {
      stated = onDevice;
      return (int) (onDevice >>> UNIT_SHIFT) | JournalFormat.SYNCED;
    }
    return (int) (published >>> UNIT_SHIFT);
  }

  /**
   * Says that all records before {@code endOffset} are completely written, and all of the segments
   * used before this one. Called in the order of reservations.
   */
  public void publish(long endOffset) {
    assert endOffset > published && endOffset <= end() : "endOffset=" + endOffset;
    PUBLISHED.setRelease(this, endOffset);
  }

  /** The end of the records that are completely written. */
  public long published() {
    return (long) PUBLISHED.getAcquire(this);
  }

  /** The end of the records that are known to be on the device; 0 before the first sync. */
  public long synced() {
    return synced;
  }

  /**
   * Puts on the device what is published, here and in the segments used before. When it returns,
   * all records that were published when it was called are there.
   *
   * <p>After a failure nothing is known about what was written since the last success, and a
   * further attempt would prove nothing: every later call throws.
   */
  public void sync() {
    // Before the look at earlier segments: what is published here implies that they are, whole.
    long end = published();
    if (previous != null) {
      syncEarlier();
    }
    syncTo(end);
  }

  /** Oldest first, so that each finds those before it on the device and can say so. */
  private void syncEarlier() {
    Deque<JournalSegment> earlier = new ArrayDeque<>();
    for (JournalSegment s = previous; s != null; s = s.previous) {
      earlier.push(s);
    }
    for (JournalSegment s : earlier) {
      s.forgetSettled();
      if (s.tryAcquire()) {
        try {
          s.syncTo(s.published());
        } finally {
          s.release();
        }
      } else if (!s.retired) {
        throw new AssertionError(s + " was released before it was on the device or retired");
      }
    }
    forgetSettled();
  }

  /** Lets go of the segment before this one once nothing of it can be lost any more. */
  private void forgetSettled() {
    JournalSegment before = previous;
    if (before != null && before.isSettled()) {
      previous = null;
    }
  }

  private boolean isSettled() {
    return retired || (isSealed() && previous == null && synced >= end());
  }

  private void syncTo(long end) {
    if (failure != null) {
      throw new StorageException(path(), "is not synced again after a failure", failure);
    }
    // While an earlier segment is not whole on the device, nothing here is published yet.
    long from = synced;
    if (end <= from || retired || previous != null) {
      return;
    }
    try {
      if (recovered && from == 0) {
        storeAgain(end);
      }
      file.sync(from, end - from);
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
    synced = end;
  }

  /**
   * Makes the pages of a recovered segment dirty. If an earlier process failed to sync them, the
   * kernel shows them as they were written, or as the device has them, and takes them for clean: to
   * sync them would succeed and write nothing. Once they are dirty they stay as they are, so that
   * what is checked then is what gets to the device.
   */
  private void storeAgain(long end) {
    file.write(0, memory(), 0, end);
    verify();
  }

  /**
   * Ends a sealed segment, all of whose records are published, with a closing record. It tells the
   * next recovery where the records end, and, if they were synced, that they were on the device:
   * what is damaged among them will not be taken for a torn end. To be synced itself. For an
   * orderly close.
   */
  public void finish() {
    long end = end();
    if (!isSealed() || published() != end) {
      throw new IllegalStateException(this + " has records that are not published");
    }
    if (size - end < JournalFormat.RECORD_HEADER_BYTES) {
      return;
    }
    RecordBuilder closing = new RecordBuilder();
    boolean onDevice = previous == null && synced == end;
    int commitment = (int) (end >>> UNIT_SHIFT) | (onDevice ? JournalFormat.SYNCED : 0);
    closing.seal(number, end, firstSequence(state) << 8 | lifeTag, commitment);
    file.write(end, closing.memory(), 0, closing.paddedBytes());
    PUBLISHED.setRelease(this, end + closing.paddedBytes());
  }

  /**
   * Reads and checks all published records.
   *
   * @throws CorruptionException at the first that is not what was written
   */
  public void verify() {
    verify(this::copyOut, Math.min(published(), end()), size);
  }

  /**
   * The first {@code end} bytes of the segment, or more, where nobody can take them away: a copy
   * whose records were checked. Once a sync has failed, the pages of the file may be gone at any
   * time, and nothing tells. The copy is made when it is first asked for.
   *
   * @param end not beyond what is published
   * @throws CorruptionException when a record is not what was written
   */
  public MemorySegment checkedCopy(long end) {
    MemorySegment made = checkedCopy;
    if (made != null && made.byteSize() >= end) {
      return made;
    }
    long bytes = Math.min(published(), end());
    MemorySegment copy = Arena.ofAuto().allocate(bytes, Long.BYTES);
    copyOut(0, copy, 0, bytes);
    verify(
        (position, target, offset, length) ->
            MemorySegment.copy(copy, position, target, offset, length),
        bytes,
        bytes);
    checkedCopy = copy;
    return copy;
  }

  private void verify(RecordReader.Source source, long end, long limit) {
    RecordReader reader = new RecordReader();
    RecordEntries entries = new RecordEntries();
    reader.open(source, number, limit);
    long expected = firstSequence;
    for (long at = JournalFormat.HEADER_BYTES; at < end; at = reader.end()) {
      if (!reader.isRecord(at) || reader.firstSequence() != expected || reader.count() == 0) {
        throw new CorruptionException(
            path(), at, "the record of sequence " + expected, "no whole record of that sequence");
      }
      reader.entries(entries, path());
      entries.checkAll();
      expected += reader.count();
    }
  }

  private void copyOut(long position, MemorySegment target, long offset, long length) {
    try {
      MemorySegment.copy(memory(), position, target, offset, length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw new StorageException(path(), "cannot be read at position " + position, e);
    }
  }

  /**
   * The offset of the first page of the file that cannot be read, or -1.
   *
   * @param deadline when to stop looking, as {@link System#nanoTime} tells
   */
  public long lostPage(long deadline) {
    return FaultBarrier.lostPage(memory(), deadline);
  }

  /** The segment's entries are durable elsewhere. */
  void setRetired() {
    retired = true;
    previous = null;
  }

  boolean isRetired() {
    return retired;
  }

  @Override
  protected void free() {
    if (!keeper.test(this)) {
      file.close();
    }
  }

  @Override
  public String toString() {
    return "JournalSegment " + number;
  }
}
