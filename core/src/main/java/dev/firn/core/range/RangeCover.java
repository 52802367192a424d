package dev.firn.core.range;

import dev.firn.core.SequenceNumber;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Which entries the range tombstones of some sources hide from a reader, for keys in any order; it
 * is fast while they are near each other, because the answer is the same for a whole stretch of
 * keys.
 *
 * <p>The sources are ordered from new to old, and of each key an older source has older entries and
 * tombstones only. So the first source with a tombstone over a key decides: all that older sources
 * have of the stretch is hidden.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class RangeCover {

  private final RangeBounds stretch = new RangeBounds();
  private final @Nullable RangeSource[] sources;
  private final long maxSequence;

  private boolean isPlaced;
  private long sequence = RangeSource.NONE;
  private int source;

  /**
   * @param sources from new to old; null for one without range tombstones
   * @param maxSequence the reader's
   */
  public RangeCover(@Nullable RangeSource[] sources, long maxSequence) {
    this.sources = sources;
    this.maxSequence = maxSequence;
  }

  /** Moves to the stretch of keys around a key. */
  public void moveTo(MemorySegment key, long offset, int length) {
    if (!contains(key, offset, length)) {
      find(key, offset, length);
    }
  }

  private void find(MemorySegment key, long offset, int length) {
    isPlaced = false;
    stretch.reset();
    sequence = RangeSource.NONE;
    source = sources.length;
    for (int i = 0; i < sources.length; i++) {
      RangeSource asked = sources[i];
      if (asked != null) {
        long found = asked.newest(key, offset, length, maxSequence, stretch);
        if (found != RangeSource.NONE) {
          sequence = found;
          source = i;
          break;
        }
      }
    }
    isPlaced = true;
  }

  /** Whether a key is in the stretch. */
  public boolean contains(MemorySegment key, long offset, int length) {
    return isPlaced && stretch.contains(key, offset, length);
  }

  /** Whether the keys of the stretch are covered. */
  public boolean isCovered() {
    return sequence != RangeSource.NONE;
  }

  /** Whether an entry of a key of the stretch is hidden. */
  public boolean hides(long trailer) {
    return SequenceNumber.sequence(trailer) < sequence;
  }

  /** The index of the source that covers the stretch: all that older ones have of it is hidden. */
  public int source() {
    return source;
  }

  /** The first key of the stretch, or null if it has no lower bound. */
  public byte @Nullable [] from() {
    return stretch.from();
  }

  /** The first key after the stretch, or null if it has no upper bound. */
  public byte @Nullable [] to() {
    return stretch.to();
  }
}
