package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
   * If the candidate's value would move until then, it is copied. If it is too large for that, it
   * is dropped, and a search finds it again.
   *
   * A batch without an entry for the scan is part of a stretch, which GapWalk looks after. When
   * that has moved the source, the keys before are decided: forward there is no decided key to
   * remember, backward no candidate.
   */

  /** Values up to this size are copied when they would move. */
  private static final long MAX_COPIED_BYTES = 16 * 1024;

  /**
   * Entries of a cursor's first batch. Batches grow, so that a short scan does not pay for a long
   * one. The first batch of a later scan is one entry longer than the preceding scan, because the
   * scans of a cursor are often alike.
   */
  private static final int FIRST_ENTRIES = 4;

  private static final int GROWTH = 4;
  private static final int CAPACITY = 64;
  private static final int MAX_KEY_BYTES = 64 * 1024;
  private static final int NONE = -1;

  /** The offset of a value that was dropped. */
  private static final long DROPPED = -1;

  private final EntryBatch entries;
  private final GapWalk gap;
  private final KeyBuffer valueCopy;

  /** The last key that was decided, forward. */
  private KeyBuffer decided;

  /** The memory of the next such key. */
  private KeyBuffer spare;

  private long sequence;
  private final KeyBuffer lower;
  private final KeyBuffer upper;

  private int limit = FIRST_ENTRIES;

  /** The number of entries in the preceding batches of this scan. */
  private int passed;

  private boolean hasDecided;
  private int candidate = NONE;

  /** Whether the batch has puts that are newer than the scan. */
  private boolean hasNewerPuts;

  /** Whether no batch follows this one in the direction of the scan. */
  private boolean last;

  ScanBatch(long sequence, ScanRange range) {
    this(Arena.ofAuto(), range, new GapWalk(KnownGaps.none(), Arena.ofAuto(), range));
    begin(sequence);
  }

  /**
   * @param arena owns the memory
   * @param range may be changed before {@link #begin}
   * @param gap begun by the caller
   */
  ScanBatch(Arena arena, ScanRange range, GapWalk gap) {
    this.gap = gap;
    this.entries = new EntryBatch(CAPACITY, arena);
    this.decided = new KeyBuffer(arena);
    this.spare = new KeyBuffer(arena);
    this.valueCopy = new KeyBuffer(arena);
    this.lower = range.lower();
    this.upper = range.upper();
  }

  /** Begins the scans of another cursor. */
  void begin(long sequence) {
    this.sequence = sequence;
    passed = 0;
    restart(NONE);
  }

  long memoryBytes() {
    long decidedBytes = decided.memoryBytes() + spare.memoryBytes();
    return entries.keyBytes() + decidedBytes + valueCopy.memoryBytes();
  }

  EntryBatch entries() {
    return entries;
  }

  /** Whether the value of an entry was dropped. */
  boolean isValueDropped(int entry) {
    return entries.valueOffset(entry) == DROPPED;
  }

  /**
   * Begins a new scan: the source was moved to another place.
   *
   * @param place the entry at which the preceding scan ended, or {@link #NONE}
   */
  void restart(int place) {
    int walked = passed + place + 1;
    limit = walked == 0 ? FIRST_ENTRIES : Math.min(walked + 1, CAPACITY);
    passed = 0;
    entries.clear();
    hasDecided = false;
    candidate = NONE;
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
    while (more) {
      entries.clear();
      nextLimit();
      source.readForward(entries, null);
      endAtUpper();
      int read = entries.size();
      KeyBuffer passed = hasDecided ? decided : null;
      keepVisible();
      if (entries.size() > 0) {
        gap.end();
        return true;
      }
      if (gap.pass(true, entries, read, passed, hasNewerPuts) && hasDecided) {
        gap.reach(decided);
      }
      more = !last && source.isValid() && moveForward(source);
    }
    gap.end();
    entries.clear();
    last = true;
    return false;
  }

  private boolean moveForward(InternalCursor source) {
    if (gap.skip(source)) {
      hasDecided = false;
      return source.isValid();
    }
    return source.next();
  }

  /** Reads the next batch of a forward scan. */
  boolean readNext(InternalCursor source) {
    passed += entries.size();
    if (last || !source.isValid() || !source.next()) {
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
    while (more) {
      int carried = carryCandidate();
      nextLimit();
      source.readBackward(entries, null);
      int read = entries.size();
      keepNewest(mayPassLower(), carried);
      boolean atEnd = last || !source.isValid();
      int oldest = candidate;
      if (atEnd) {
        decideCandidate();
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
      candidate = NONE;
      return source.isValid();
    }
    saveCandidate(source);
    return source.prev();
  }

  /** Reads the next batch of a backward scan. */
  boolean readPrev(InternalCursor source) {
    passed += entries.size();
    if (last || !source.isValid()) {
      return readRest();
    }
    saveCandidate(source);
    return source.prev() ? readBackward(source) : readRest();
  }

  /** Reads the last batch of a backward scan: the candidate, if there is one. */
  private boolean readRest() {
    last = true;
    if (candidate == NONE) {
      gap.end();
      entries.clear();
      return false;
    }
    entries.keepOnly(candidate);
    entries.setSize(0);
    candidate = 0;
    decideCandidate();
    boolean found = entries.size() > 0;
    if (gap.isWatched()) {
      gap.reach(entries, 0, !found);
    }
    gap.end();
    return found;
  }

  private void nextLimit() {
    entries.setLimit(limit, MAX_KEY_BYTES);
    limit = Math.min(limit * GROWTH, CAPACITY);
  }

  /**
   * Leaves out the entries at or above the upper bound, which end the scan. They end it visible or
   * not: behind the range there may be any number of entries that are newer than the scan.
   */
  private void endAtUpper() {
    int low = 0;
    int high = entries.size() - 1;
    if (entries.compareKey(high, upper.memory(), 0, upper.length()) < 0) {
      return;
    }
    last = true;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.compareKey(middle, upper.memory(), 0, upper.length()) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    entries.setSize(low);
  }

  /** Whether some entries may be below the lower bound. */
  private boolean mayPassLower() {
    return entries.compareKey(entries.size() - 1, lower.memory(), 0, lower.length()) < 0;
  }

  /** Keeps the newest visible entry of each key, unless it is a deletion. */
  private void keepVisible() {
    int size = entries.size();
    hasNewerPuts = false;
    if (size > 0 && areVisiblePuts() && !isDecided(0)) {
      decide(size - 1);
      return;
    }
    int kept = 0;
    int seen = NONE;
    for (int i = 0; i < size; i++) {
      long trailer = entries.trailer(i);
      if (SequenceNumber.sequence(trailer) > sequence) {
        hasNewerPuts |= isPut(trailer);
        continue;
      }
      if (seen == NONE ? isDecided(i) : entries.isSameKey(i, seen)) {
        continue;
      }
      if (isPut(trailer)) {
        if (kept == 0) {
          endBefore(seen);
        }
        entries.move(i, kept++);
      }
      seen = i;
    }
    if (seen != NONE) {
      decide(seen);
    }
    entries.setSize(kept);
  }

  /** A forward stretch ends with an entry, or before, if that is {@link #NONE}. */
  private void endBefore(int entry) {
    if (entry != NONE && !hasNewerPuts && gap.isWatched()) {
      gap.reach(entries, entry, true);
    }
  }

  /** Remembers an entry's key as the last decided one. */
  private void decide(int entry) {
    KeyBuffer previous = decided;
    decided = spare;
    spare = previous;
    decided.set(entries.key(entry), 0, entries.keyLength(entry));
    hasDecided = true;
  }

  private boolean isDecided(int entry) {
    return hasDecided && entries.compareKey(entry, decided.memory(), 0, decided.length()) == 0;
  }

  /**
   * Keeps the decided entries; the candidate follows them.
   *
   * @param carried 1 if the first entry is the candidate of the preceding batch, 0 otherwise
   */
  private void keepNewest(boolean hasEnd, int carried) {
    hasNewerPuts = false;
    if (!hasEnd && areVisiblePuts()) {
      candidate = entries.size() - 1;
      entries.setSize(candidate);
      return;
    }
    int kept = 0;
    int newest = carried > 0 ? 0 : NONE;
    int size = entries.size();
    for (int i = carried; i < size; i++) {
      if (hasEnd && entries.compareKey(i, lower.memory(), 0, lower.length()) < 0) {
        // Before the entry's sequence is looked at, as in endAtUpper.
        last = true;
        break;
      }
      if (SequenceNumber.sequence(entries.trailer(i)) > sequence) {
        hasNewerPuts |= isPut(entries.trailer(i));
        continue;
      }
      if (newest != NONE && !entries.isSameKey(i, newest) && isPut(entries.trailer(newest))) {
        entries.move(newest, kept++);
      }
      newest = i;
    }
    candidate = newest;
    entries.setSize(kept);
  }

  /** Makes the candidate the first entry; returns the number of candidates, 0 or 1. */
  private int carryCandidate() {
    if (candidate == NONE) {
      entries.clear();
      return 0;
    }
    entries.keepOnly(candidate);
    return 1;
  }

  /** Keeps the candidate, unless it is a deletion: its key has no newer entry. */
  private void decideCandidate() {
    if (candidate != NONE && isPut(entries.trailer(candidate))) {
      int kept = entries.size();
      entries.move(candidate, kept);
      entries.setSize(kept + 1);
    }
    candidate = NONE;
  }

  /** Copies or drops the candidate's value, if it would move with the source. */
  private void saveCandidate(InternalCursor source) {
    if (candidate == NONE || isValueDropped(candidate) || source.keepsValuesOnPrev()) {
      return;
    }
    long length = entries.valueLength(candidate);
    if (length > MAX_COPIED_BYTES) {
      entries.moveValue(candidate, MemorySegment.NULL, DROPPED);
      return;
    }
    valueCopy.set(entries.value(candidate), entries.valueOffset(candidate), length);
    entries.moveValue(candidate, valueCopy.memory(), 0);
  }

  /**
   * Whether all entries are visible puts of distinct keys. One common trailer is enough to know it:
   * no two entries have the same key and sequence. This is not asserted, because a forged table may
   * break it; its reader may see a key twice.
   */
  private boolean areVisiblePuts() {
    long trailer = entries.trailer(0);
    return entries.haveOneTrailer()
        && SequenceNumber.sequence(trailer) <= sequence
        && isPut(trailer);
  }

  private static boolean isPut(long trailer) {
    return SequenceNumber.kindCode(trailer) == ValueKind.PUT.code();
  }
}
