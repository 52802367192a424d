package dev.firn.wal;

import dev.firn.core.MemoryBudget;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a store: activates the next one, and takes back retired ones to recycle them.
 *
 * <p>The next segments are prepared in the background, so that {@link #rotate} seldom waits, see
 * {@link SegmentPool}. A failure there does not affect the segment in use. The preparation is tried
 * again after the next rotation; a rotation that finds no segment ready prepares one itself, and
 * throws if that fails.
 *
 * <p><b>Threading.</b> {@link #rotate} has one caller at a time; any thread may call the rest.
 *
 * <p><b>Ownership.</b> Owns the prepared segments and the spares, with their mappings. A segment
 * that {@link #rotate} returns belongs to the caller, see {@link JournalSegment}.
 */
public final class Journal implements AutoCloseable {

  private final SegmentFiles files;
  private final SegmentPool pool;
  private final long bootId;
  private final SegmentHeader activation = new SegmentHeader();
  private @Nullable JournalSegment last;

  /** The number of the last segment with records, which the next activation names. */
  private long lastUsed;

  /**
   * The journal of a new store.
   *
   * @param segmentBytes the size of a segment, a multiple of 4096
   * @param nextNumber the number of the first segment, at least 1; larger than the number of any
   *     segment that the store ever used
   * @param background runs what is done in the background
   */
  public Journal(
      FileSystem fs, Path directory, long segmentBytes, long nextNumber, Executor background) {
    this(
        fs,
        directory,
        segmentBytes,
        List.of(),
        List.of(),
        nextNumber,
        background,
        MemoryBudget.unbounded());
  }

  /** As the other constructor, without a bound of the memory. */
  public Journal(
      FileSystem fs,
      Path directory,
      long segmentBytes,
      RecoveredJournal recovered,
      Executor background) {
    this(fs, directory, segmentBytes, recovered, background, MemoryBudget.unbounded());
  }

  /**
   * The journal of a store that was opened: continues after what was recovered.
   *
   * @param segmentBytes the size of a segment, a multiple of 4096
   * @param background runs what is done in the background
   * @param budget what the mappings of segments draw from
   */
  public Journal(
      FileSystem fs,
      Path directory,
      long segmentBytes,
      RecoveredJournal recovered,
      Executor background,
      MemoryBudget budget) {
    this(
        fs,
        directory,
        segmentBytes,
        recovered.segments(),
        recovered.spares(),
        recovered.nextNumber(),
        background,
        budget);
  }

  private Journal(
      FileSystem fs,
      Path directory,
      long segmentBytes,
      List<JournalSegment> segments,
      List<Path> recoveredSpares,
      long nextNumber,
      Executor background,
      MemoryBudget budget) {
    if (segmentBytes < JournalFormat.SEGMENT_ALIGNMENT
        || segmentBytes > JournalFormat.MAX_SEGMENT_BYTES
        || segmentBytes % JournalFormat.SEGMENT_ALIGNMENT != 0) {
      throw new IllegalArgumentException("segmentBytes=" + segmentBytes);
    }
    if (nextNumber < 1) {
      throw new IllegalArgumentException("nextNumber=" + nextNumber);
    }
    this.bootId = fs.bootId();
    for (JournalSegment segment : segments) {
      segment.keptBy(this::takeBack);
      budget.reserve(segment.size());
      last = segment;
      lastUsed = segment.number();
    }
    this.files = new SegmentFiles(fs, directory, budget);
    this.pool =
        new SegmentPool(
            files, segmentBytes, new SpareSegments(recoveredSpares), nextNumber, last, background);
    pool.start();
  }

  /**
   * Has {@code listener} told of each failure to prepare a segment in the background, by the thread
   * that met it; at once of one that has already happened.
   */
  public void whenPreparationFails(Consumer<Throwable> listener) {
    pool.whenPreparationFails(listener);
  }

  /**
   * Activates the next segment. The one used before is sealed, if it is not yet.
   *
   * @param firstSequence the sequence of the next entry
   * @param minRecordBytes the {@link RecordBuilder#paddedBytes} of the record that must fit; a
   *     record that is too large for a segment gets a larger one of its own
   */
  public JournalSegment rotate(long firstSequence, long minRecordBytes) {
    JournalSegment before = last;
    if (before != null) {
      before.seal();
      if (before.lastSequence() + 1 != firstSequence) {
        throw new IllegalArgumentException(
            "firstSequence=" + firstSequence + " after " + before.lastSequence());
      }
      if (before.entries() > 0) {
        lastUsed = before.number();
      }
    }
    JournalSegment segment =
        pool.activate(
            JournalFormat.HEADER_BYTES + minRecordBytes,
            (file, number) -> activate(file, number, firstSequence, before));
    last = segment;
    return segment;
  }

  private JournalSegment activate(
      MappedFile file, long number, long firstSequence, @Nullable JournalSegment before) {
    try {
      activation.activate(file, number, bootId, firstSequence, lastUsed);
      JournalSegment segment = JournalSegment.over(file, number, firstSequence, before);
      segment.keptBy(this::takeBack);
      return segment;
    } catch (Throwable e) {
      files.unmap(file);
      throw e;
    }
  }

  /**
   * The memory that {@link #rotate} would have to reserve for another segment: 0 if one is there or
   * is being prepared.
   */
  public long missingBytes(long minRecordBytes) {
    return pool.missingBytes(JournalFormat.HEADER_BYTES + minRecordBytes);
  }

  /**
   * Takes back a segment whose entries are durable elsewhere, with the creator's reference to it.
   * Its file is recycled or deleted after the last reference is released. Before the call, the
   * store's floor must be durably above the segment's number, so that recovery needs neither this
   * segment nor any before it.
   */
  public void retire(JournalSegment segment) {
    segment.setRetired();
    segment.release();
  }

  /**
   * Ends the use of a segment as {@link #retire} does, but its file stays, as a value file that is
   * not the journal's.
   */
  public void retireAsValueFile(JournalSegment segment) {
    segment.setValueFile();
    retire(segment);
  }

  /**
   * Called after the last reference to a segment is released.
   *
   * @return whether the journal owns its mapping from now on
   */
  private boolean takeBack(JournalSegment segment) {
    if (segment.isValueFile()) {
      files.unmap(segment.file());
      return true;
    }
    return segment.isRetired() && pool.takeBack(segment);
  }

  /**
   * Deletes, in the background, the retired segments that were not needed since the last call, so
   * that the segments of a burst of writes do not stay. A load that needs them regularly keeps
   * them, however slow it is.
   */
  public void trim() {
    pool.trim();
  }

  /** Whether files of retired segments are being deleted. */
  public boolean isDeleting() {
    return files.isDeleting();
  }

  /**
   * If nothing was written since the last call, deletes, in the background, all retired segments
   * and the second prepared one.
   */
  public void rest() {
    pool.rest();
  }

  /**
   * Releases the prepared segments; their files and the spares stay for the next open.
   * Idempotent.
   */
  @Override
  public void close() {
    pool.close();
  }
}
