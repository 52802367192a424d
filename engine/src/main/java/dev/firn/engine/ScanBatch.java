package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The entries that a scan reads at a time. Of the entries of the source it keeps those within the
 * range and visible at one sequence: of each key the newest visible entry, unless it is a deletion.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> Values are views of the
 * source's memory, valid until the source moves.
 */
final class ScanBatch {

  /*
   * Forward, a key's first visible entry decides. Its key is remembered, because the next batch may
   * begin with older entries of it.
   *
   * Backward, a key's last visible entry decides, because the newest comes last. So the last key of
   * a batch is undecided, and its entry, the candidate, becomes the first entry of the next batch.
   *
   * After many versions of a key a search follows: for the version to show, and past the key.
   *
   * A batch without an entry for the scan is part of a stretch, which GapWalk looks after. When
   * that has moved the source, the keys before are decided: forward there is no decided key to
   * remember, backward no candidate.
   */

  private static final int NONE = ScanCandidate.NONE;

  private final EntryBatch entries;
  private final GapWalk gap;
  private final ScanRange range;
  private final BatchLimits limits = new BatchLimits();
  private final LastVersions versions;
  private final DecidedKey decided;
  private final ReadMoment moment = new ReadMoment();
  private final ScanCandidate candidate;

  /** Null if no range tombstone is near. */
  private @Nullable ScanRanges ranges;

  /** Whether the batch has puts that are newer than the scan. */
  private boolean hasNewerPuts;

  /** Whether no batch follows this one in the direction of the scan. */
  private boolean last;

  ScanBatch(long sequence, ScanRange range) {
    this(Arena.ofAuto(), range, new GapWalk(KnownGaps.none(), Arena.ofAuto(), range));
    moment.set(sequence);
    restart(NONE);
  }

  /**
   * @param arena owns the memory
   * @param range may be changed before {@link #begin}
   * @param gap begun by the caller
   */
  ScanBatch(Arena arena, ScanRange range, GapWalk gap) {
    this.gap = gap;
    this.range = range;
    this.entries = new EntryBatch(BatchLimits.CAPACITY, arena);
    this.versions = new LastVersions(arena);
    this.decided = new DecidedKey(arena);
    this.candidate = new ScanCandidate(entries, moment, arena);
  }

  /**
   * Begins the scans of another cursor.
   *
   * @param at copied
   * @param ranges what range tombstones hide from it; null for nothing
   * @param place as in {@link #restart}
   */
  void begin(ReadMoment at, @Nullable ScanRanges ranges, int place) {
    moment.set(at);
    this.ranges = ranges;
    restart(place);
  }

  long memoryBytes() {
    long keyBytes = entries.keyBytes() + versions.memoryBytes() + decided.memoryBytes();
    return keyBytes + candidate.memoryBytes();
  }

  EntryBatch entries() {
    return entries;
  }

  /** Whether the value of an entry was dropped. */
  boolean isValueDropped(int entry) {
    return candidate.isDropped(entry);
  }

  /**
   * Begins a new scan: the source was moved to another place.
   *
   * @param place the entry at which the preceding scan ended, or {@link #NONE}
   */
  void restart(int place) {
    limits.restart(place + 1);
    entries.clear();
    decided.clear();
    versions.reset();
    candidate.clear();
    last = false;
  }

  /**
   * Reads a batch forward.
   *
   * @param source on the first entry to read, or invalid
   * @return whether the batch has entries
   */
  boolean readForward(InternalCursor source) {
    boolean more = source.isValid();
    ScanRanges deleted = ranges;
    while (more) {
      if (deleted != null && !deleted.skipForward()) {
        break;
      }
      entries.clear();
      limits.next(entries);
      source.readForward(entries, null);
      last |= range.endAtUpper(entries);
      int read = entries.size();
      KeyBuffer passed = decided.get();
      boolean isLastHidden = deleted != null && deleted.hide(entries, 0);
      keepVisible();
      if (entries.size() > 0) {
        gap.end();
        return true;
      }
      if (gap.pass(true, entries, read, passed, hasNewerPuts)) {
        reachLast(isLastHidden ? read - 1 : NONE);
      }
      more = !last && source.isValid() && moveForward(source);
    }
    gap.end();
    entries.clear();
    last = true;
    return false;
  }

  private void reachLast(int hidden) {
    KeyBuffer key = decided.get();
    if (hidden != NONE) {
      gap.reach(entries, hidden, true);
    } else if (key != null) {
      gap.reach(key);
    }
  }

  private boolean moveForward(InternalCursor source) {
    if (gap.skip(source)) {
      decided.clear();
      versions.reset();
      return source.isValid();
    }
    return advance(source);
  }

  /** Reads the next batch of a forward scan. */
  boolean readNext(InternalCursor source) {
    limits.pass(entries.size());
    if (last || !source.isValid() || !advance(source)) {
      entries.clear();
      last = true;
      return false;
    }
    return readForward(source);
  }

  /**
   * Reads a batch backward.
   *
   * @param source on the first entry to read, or invalid
   * @return whether the batch has entries
   */
  boolean readBackward(InternalCursor source) {
    boolean more = source.isValid();
    ScanRanges deleted = ranges;
    while (more) {
      if (deleted != null && !deleted.skipBackward()) {
        break;
      }
      int carried = candidate.carry();
      limits.next(entries);
      source.readBackward(entries, null);
      int read = entries.size();
      last |= range.endAtLower(entries, carried);
      boolean isLastHidden = deleted != null && deleted.hide(entries, carried);
      keepNewest(carried);
      if (isLastHidden) {
        versions.reset(); // the source is not on the candidate's key
      }
      boolean atEnd = last || !source.isValid();
      int oldest = candidate.place();
      if (atEnd) {
        candidate.decide();
      }
      if (entries.size() > 0) {
        endAtFirst();
        return true;
      }
      passBackward(read, oldest, atEnd);
      more = !atEnd && moveBackward(source);
    }
    return readRest();
  }

  /** Ends a backward stretch: the scan has found an entry, the first one of the batch. */
  private void endAtFirst() {
    if (gap.isWatched() && !hasNewerPuts) {
      gap.reach(entries, 0, false);
    }
    gap.end();
  }

  /**
   * A backward batch has no entry for the scan.
   *
   * @param oldest the candidate, or {@link #NONE}
   * @param decided whether the candidate is a deletion for certain
   */
  private void passBackward(int read, int oldest, boolean decided) {
    if (!gap.pass(false, entries, read, null, hasNewerPuts)) {
      return;
    }
    if (oldest != NONE) {
      gap.reach(entries, oldest, decided);
    } else if (!decided) {
      gap.reach(entries, read - 1, false);
    }
  }

  private boolean moveBackward(InternalCursor source) {
    if (gap.skip(source)) {
      candidate.clear();
      versions.reset();
      return source.isValid();
    }
    return retreat(source);
  }

  /** Reads the next batch of a backward scan. */
  boolean readPrev(InternalCursor source) {
    limits.pass(entries.size());
    if (last || !source.isValid()) {
      return readRest();
    }
    return retreat(source) ? readBackward(source) : readRest();
  }

  /** Reads the last batch of a backward scan: the candidate, if there is one. */
  private boolean readRest() {
    last = true;
    if (!candidate.isPresent()) {
      gap.end();
      entries.clear();
      return false;
    }
    candidate.decideLast();
    boolean found = entries.size() > 0;
    if (gap.isWatched()) {
      gap.reach(entries, 0, !found);
    }
    gap.end();
    return found;
  }

  /** Moves to the first entry to read next in a forward scan. */
  private boolean advance(InternalCursor source) {
    if (!versions.areMany()) {
      return source.next();
    }
    long read = source.trailer();
    boolean isDecided = moment.isVisible(read);
    if (!isDecided) {
      gap.interrupt(); // there may be newer puts among those that are not read
    }
    KeyBuffer key = versions.pass(source, limits);
    long trailer = isDecided ? SequenceNumber.MIN_TRAILER : moment.nextVisible(read);
    return source.seek(key.memory(), 0, key.length(), trailer);
  }

  /** Moves to the first entry to read next in a backward scan. */
  private boolean retreat(InternalCursor source) {
    if (!versions.areMany()) {
      // Next to range tombstones the source does not only step, it may search.
      if (ranges != null || !source.keepsValuesOnPrev()) {
        candidate.saveValue();
      }
      return source.prev();
    }
    gap.interrupt(); // there may be newer puts among those that are not read
    boolean mayHaveNewer = moment.isVisible(source.trailer());
    KeyBuffer key = versions.pass(source, limits);
    if (mayHaveNewer) {
      seekNewest(source, key);
      candidate.take(source);
    }
    candidate.saveValue();
    return source.seekBefore(key.memory(), 0, key.length(), SequenceNumber.MAX_TRAILER);
  }

  /** Moves to the newest visible entry of a key that has one. */
  private void seekNewest(InternalCursor source, KeyBuffer key) {
    long trailer = moment.nextVisible(SequenceNumber.MAX_TRAILER);
    source.seek(key.memory(), 0, key.length(), trailer);
    if (!moment.isVisible(source.trailer())) {
      // There is none in the overlay, and this one is newer than the moment.
      source.seek(key.memory(), 0, key.length(), moment.nextVisible(source.trailer()));
    }
  }

  /** Keeps the newest visible entry of each key, unless it is a deletion. */
  private void keepVisible() {
    int size = entries.size();
    hasNewerPuts = false;
    if (size > 0 && areVisibleValues() && !decided.isOf(entries, 0)) {
      versions.reset();
      decided.set(entries, size - 1);
      return;
    }
    versions.count(entries, 0, true);
    int kept = 0;
    int seen = NONE;
    for (int i = 0; i < size; i++) {
      long trailer = entries.trailer(i);
      if (!moment.isVisible(trailer)) {
        hasNewerPuts |= ReadMoment.mayBeValue(trailer);
        continue;
      }
      if (seen == NONE ? decided.isOf(entries, i) : entries.isSameKey(i, seen)) {
        continue;
      }
      if (moment.isValue(entries, i)) {
        if (kept == 0) {
          endBefore(seen);
        }
        entries.move(i, kept++);
      }
      seen = i;
    }
    if (seen != NONE) {
      decided.set(entries, seen);
    }
    entries.setSize(kept);
  }

  /** A forward stretch ends with an entry, or before, if that is {@link #NONE}. */
  private void endBefore(int entry) {
    if (entry != NONE && !hasNewerPuts && gap.isWatched()) {
      gap.reach(entries, entry, true);
    }
  }

  /**
   * Keeps the decided entries; the candidate follows them.
   *
   * @param carried 1 if the first entry is the candidate of the preceding batch, 0 otherwise
   */
  private void keepNewest(int carried) {
    hasNewerPuts = false;
    if (entries.size() > carried && areVisibleValues()) {
      candidate.set(entries.size() - 1);
      entries.setSize(candidate.place());
      versions.reset();
      return;
    }
    versions.count(entries, carried, false);
    int kept = 0;
    int newest = carried > 0 ? 0 : NONE;
    int size = entries.size();
    for (int i = carried; i < size; i++) {
      long trailer = entries.trailer(i);
      if (!moment.isVisible(trailer)) {
        hasNewerPuts |= ReadMoment.mayBeValue(trailer);
        continue;
      }
      if (newest != NONE && !entries.isSameKey(i, newest) && moment.isValue(entries, newest)) {
        entries.move(newest, kept++);
      }
      newest = i;
    }
    candidate.set(newest);
    entries.setSize(kept);
  }

  /**
   * Whether all entries are visible values of distinct keys. One common trailer is enough to know
   * it: no two entries have the same key and sequence. This is not asserted, because a forged table
   * may break it; its reader may see a key twice.
   */
  private boolean areVisibleValues() {
    long trailer = entries.trailer(0);
    return entries.haveOneTrailer()
        && moment.isVisible(trailer)
        && ReadMoment.isAlwaysValue(trailer);
  }
}
