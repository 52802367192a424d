package dev.firn.wal;

import dev.firn.core.RefCounted;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.MappedFile;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
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
 * {@link #append} copies it there, {@link #publish} states that everything up to its end is there.
 *
 * <p><b>Threading.</b> Any number of threads reserve and append. Publishing happens in the order of
 * the reservations, over all segments, one call at a time. {@link #sync} has one caller at a time
 * over all segments of a journal. Any thread may call the rest.
 *
 * <p><b>Ownership.</b> Owns the mapping. The creator's reference ends with {@link Journal#retire},
 * which gives file and mapping back to the journal after the last reference is released, or with
 * {@link #release}, which leaves the file for the next open.
 */
public final class JournalSegment extends RefCounted {

  /*
   * The state of reservations. One compare-and-set reserves a place and sequences together:
   *
   *   bit 63      sealed
   *   bits 62..32 position of the next record, in 8-byte units
   *   bits 31..0  entries reserved so far
   *
   * It is on the heap: a compare-and-set in a mapped page that is lost can end the JVM.
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
  private final SyncState syncState;
  private final SegmentVerifier verifier;

  private volatile long state;
  private volatile long published;

  /** The synced position that a record stated last. Racy: a position may be stated twice. */
  private long stated;

  private volatile Predicate<JournalSegment> keeper = segment -> false;
  private volatile @Nullable MemorySegment checkedCopy;
  private volatile boolean valueFile;

  private JournalSegment(
      MappedFile file, long number, long firstSequence, @Nullable JournalSegment previous) {
    this.file = file;
    this.number = number;
    this.size = file.size();
    this.firstSequence = firstSequence;
    this.lifeTag = JournalFormat.lifeTag(number);
    this.syncState = new SyncState(this, file, previous);
    this.verifier = new SegmentVerifier(file, number, firstSequence);
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

  /** Sets what decides, after the last reference is released, whether to take over the mapping. */
  void keptBy(Predicate<JournalSegment> keeper) {
    this.keeper = keeper;
  }

  MappedFile file() {
    return file;
  }

  SyncState syncState() {
    return syncState;
  }

  /** Whether a sync failed: nothing may be stored into the file again. */
  boolean hasFailed() {
    return syncState.hasFailed();
  }

  /** Sets which records were found here; none is ever added. */
  void setRecovered(long end, long count) {
    syncState.setRecovered();
    state = SEALED | end >>> UNIT_SHIFT << POSITION_SHIFT | count;
    published = end;
  }

  /** The segment's number; segments are used in the order of their numbers. */
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

  /** The whole file, mapped, read-only. */
  public MemorySegment memory() {
    return file.memory();
  }

  /** The sequence of the segment's first entry, also if there is none yet. */
  public long firstSequence() {
    return firstSequence;
  }

  /**
   * Reserves a place for a record and sequences for its entries.
   *
   * @param paddedBytes the record's {@link RecordBuilder#paddedBytes}
   * @param count the record's {@link RecordBuilder#count}
   * @return the reservation, see {@link #offset} and {@link #firstSequence(long)}; -1 if the record
   *     does not fit or the segment is sealed
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

  /** The place of a reservation in the segment. */
  public static long offset(long reservation) {
    return reservation >>> POSITION_SHIFT << UNIT_SHIFT;
  }

  /** The sequence of a reservation's first entry. */
  public long firstSequence(long reservation) {
    return firstSequence + (reservation & COUNT_MASK);
  }

  /** Ends the reservations. Idempotent. */
  public void seal() {
    STATE.getAndBitwiseOr(this, SEALED);
  }

  /** Whether nothing more can be reserved. */
  public boolean isSealed() {
    return state < 0;
  }

  /** The place of the next record; final once sealed. */
  public long end() {
    return offset(state & ~SEALED);
  }

  /** The count of reserved entries; final once sealed. */
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
   * @param synced whether the caller will have it synced next
   */
  public void append(RecordBuilder record, long offset, long firstSequence, boolean synced) {
    assert offset >= JournalFormat.HEADER_BYTES && offset <= end() - record.paddedBytes();
    assert firstSequence >= 0 && firstSequence <= SequenceNumber.MAX;
    if (record.isBorrowed()) {
      appendInParts(record, offset, firstSequence, synced);
      return;
    }
    record.seal(number, offset, firstSequence << 8 | lifeTag, commitment());
    write(offset, record.memory(), 0, record.paddedBytes(), synced);
  }

  private void appendInParts(
      RecordBuilder record, long offset, long firstSequence, boolean synced) {
    record.writeTo(
        (at, memory, from, length) -> write(offset + at, memory, from, length, synced),
        number,
        offset,
        firstSequence << 8 | lifeTag,
        commitment());
  }

  private void write(long offset, MemorySegment memory, long from, long length, boolean synced) {
    if (synced) {
      file.writeForSync(offset, memory, from, length);
    } else {
      file.write(offset, memory, from, length);
    }
  }

  /** The position that the next record states. */
  private int commitment() {
    long onDevice = syncState.synced();
    if (onDevice != stated) {
      stated = onDevice;
      return (int) (onDevice >>> UNIT_SHIFT) | JournalFormat.SYNCED;
    }
    return (int) (published >>> UNIT_SHIFT);
  }

  /**
   * States that all records before {@code endOffset}, and all of the segments used before this one,
   * are completely written. Called in the order of the reservations.
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
    return syncState.synced();
  }

  /**
   * Puts on the device what is published here and in the segments used before. When it returns, all
   * records that were published before the call are on the device.
   *
   * <p>After a failure nothing is known about what was written since the last success, and another
   * attempt would prove nothing: every later call throws.
   */
  public void sync() {
    syncState.sync();
  }

  /**
   * Ends a sealed segment, all of whose records are published, with a closing record. It tells the
   * next recovery where the records end and, if they were synced, that they were on the device, so
   * that damage among them is not taken for a torn end. For an orderly close; the caller syncs it.
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
    int syncedBit = syncState.isSyncedTo(end) ? JournalFormat.SYNCED : 0;
    int commitment = (int) (end >>> UNIT_SHIFT) | syncedBit;
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
    verifier.verify(Math.min(published(), end()));
  }

  /**
   * A copy of at least the first {@code end} bytes of the segment, off the file, whose records are
   * checked. After a failed sync the pages of the file may be lost at any time without an error.
   * The copy is made by the first call.
   *
   * @param end not beyond what is published
   * @throws CorruptionException if a record is not what was written
   */
  public MemorySegment checkedCopy(long end) {
    MemorySegment copy = checkedCopy;
    if (copy == null || copy.byteSize() < end) {
      copy = verifier.checkedCopy(Math.min(published(), end()));
      checkedCopy = copy;
    }
    return copy;
  }

  /**
   * The offset of the first page of the file that cannot be read, or -1.
   *
   * @param deadline when to stop looking, as {@link System#nanoTime} tells
   */
  public long lostPage(long deadline) {
    return FaultBarrier.lostPage(memory(), deadline);
  }

  /** Notes that the segment's entries are durable elsewhere. */
  void setRetired() {
    syncState.setRetired();
  }

  boolean isRetired() {
    return syncState.isRetired();
  }

  /** Notes that the file stays as a value file. */
  void setValueFile() {
    valueFile = true;
  }

  boolean isValueFile() {
    return valueFile;
  }

  @Override
  protected void free() {
    if (!keeper.test(this)) {
      SegmentFiles.close(file);
    }
  }

  @Override
  public String toString() {
    return "JournalSegment " + number;
  }
}
