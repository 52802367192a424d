package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.range.RangeCover;
import dev.firn.core.range.RangeSource;
import dev.firn.version.MergingCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final KeyBuffer bound = new KeyBuffer();

  ScanRanges(RangeCover cover, MergingCursor source) {
    this.cover = cover;
    this.source = source;
  }

  /**
   * The range tombstones of a view; null if there are none.
   *
   * @param source merges the view's sources, in their order
   * @param sequence taken before this is called, so that every range tombstone up to it is there
   */
  static @Nullable ScanRanges of(ReadView view, MergingCursor source, long sequence) {
    boolean found = view.version().hasRanges();
    for (Generation generation : view.generations()) {
      found |= generation.memTable().ranges() != null;
    }
    return found ? new ScanRanges(new RangeCover(sources(view), sequence), source) : null;
  }

  private static @Nullable RangeSource[] sources(ReadView view) {
    List<@Nullable RangeSource> sources = new ArrayList<>();
    for (Generation generation : view.generations()) {
      sources.add(generation.memTable().ranges());
    }
    view.version().addRanges(sources);
    return sources.toArray(RangeSource[]::new);
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
   */
  void hide(EntryBatch entries, int from) {
    int size = entries.size();
    if (from >= size) {
      return;
    }
    cover.moveTo(entries.key(from), 0, entries.keyLength(from));
    boolean alike = cover.contains(entries.key(size - 1), 0, entries.keyLength(size - 1));
    if (alike && !cover.isCovered()) {
      return;
    }
    int kept = from;
    for (int i = from; i < size; i++) {
      if (!alike) {
        cover.moveTo(entries.key(i), 0, entries.keyLength(i));
      }
      if (!cover.hides(entries.trailer(i))) {
        entries.move(i, kept++);
      }
    }
    entries.setSize(kept);
  }
}
