package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.range.RangeCover;
import dev.firn.version.MergingCursor;

/**
 * What range tombstones hide from a scan: takes the hidden entries out of batches, and moves the
 * sources that have nothing but hidden entries in a deleted stretch past it with a search.
 *
 * <p>The source of the newest tombstone over a stretch may have visible entries there, written
 * later, as may newer ones; those are stepped through.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class ScanRanges {

  private final RangeCover cover;
  private final MergingCursor source;
  private final KeyBuffer bound;

  /**
   * @param bound work memory
   */
  ScanRanges(RangeCover cover, MergingCursor source, KeyBuffer bound) {
    this.cover = cover;
    this.source = source;
    this.bound = bound;
  }

  /** Moves the older sources past the deleted stretch of the current entry, forward. */
  boolean skipForward() {
    boolean valid = true;
    while (valid && enterCovered()) {
      byte[] end = cover.to();
      if (end == null) {
        break;
      }
      bound.set(end);
      valid = source.skipTo(cover.source() + 1, bound.memory(), 0, bound.length());
      if (valid && isInStretch()) {
        break;
      }
    }
    return valid;
  }

  /** Moves the older sources before the deleted stretch of the current entry, backward. */
  boolean skipBackward() {
    boolean valid = true;
    while (valid && enterCovered()) {
      byte[] start = cover.from();
      if (start == null) {
        break;
      }
      bound.set(start);
      valid = source.skipBefore(cover.source() + 1, bound.memory(), 0, bound.length());
      if (valid && isInStretch()) {
        break;
      }
    }
    return valid;
  }

  /** Moves to the stretch of the current entry; returns whether it is deleted. */
  private boolean enterCovered() {
    InternalCursor at = source;
    cover.moveTo(at.key(), at.keyOffset(), at.keyLength());
    return cover.isCovered();
  }

  private boolean isInStretch() {
    return cover.contains(source.key(), source.keyOffset(), source.keyLength());
  }

  /**
   * Takes hidden entries out of a batch.
   *
   * @param from the first entry to look at
   * @return whether the last entry was hidden
   */
  boolean hide(EntryBatch entries, int from) {
    int size = entries.size();
    if (from >= size) {
      return false;
    }
    cover.moveTo(entries.key(from), 0, entries.keyLength(from));
    boolean alike = cover.contains(entries.key(size - 1), 0, entries.keyLength(size - 1));
    if (alike && !cover.isCovered()) {
      return false;
    }
    boolean isHidden = false;
    int kept = from;
    for (int i = from; i < size; i++) {
      if (!alike) {
        cover.moveTo(entries.key(i), 0, entries.keyLength(i));
      }
      isHidden = cover.hides(entries.trailer(i));
      if (!isHidden) {
        entries.move(i, kept++);
      }
    }
    entries.setSize(kept);
    return isHidden;
  }
}
