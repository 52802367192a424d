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
   * After many versions of a key a search follows: for the version to show, and past the key.
   *
   * A batch without an entry for the scan is part of a stretch, which GapWalk looks after. When
   * that has moved the source, the keys before are decided: forward there is no decided key to
   * remember, backward no candidate.
   */

  /** Versions of one key at a batch's end after which the rest is not walked. */
  private static final int MANY_VERSIONS = 8;

  /** Entries of the batch after such a search: the next key may have as many versions. */
  private static final int ENTRIES_AFTER_SEARCH = 2 * MANY_VERSIONS;

  /** Values up to this size are copied when they would move. */
  private static final long MAX_COPIED_BYTES = 16 * 1024;

  /**
   * Entries of the first batch. Batches grow, so that a short scan does not pay for a long one. A
   * later scan is expected to be one entry longer than the preceding one, because the scans of a
   * thread are often alike: its first batches have as many entries.
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
  private final KeyBuffer passedKey;

  /** The last key that was decided, forward. */
  private KeyBuffer decided;

  /** The memory of the next such key. */
  private KeyBuffer spare;

  private long sequence;
  private final KeyBuffer lower;
  private final KeyBuffer upper;

  /** The number of entries that the scan is expected to read; of those to come, while it reads. */
  private int usual = FIRST_ENTRIES;

  private int expected;

  /** The limit of the next batch, if no more entries are expected. */
  private int limit;

  /** The number of entries in the preceding batches of this scan. */
  private int passed;

  private boolean hasDecided;
  private int candidate = NONE;

  /** Null if no range tombstone is near. */
  private @Nullable ScanRanges ranges;

  /** Whether the batch has puts that are newer than the scan. */
  private boolean hasNewerPuts;

  /** Whether no batch follows this one in the direction of the scan. */
  private boolean last;

  /** How many of the last entries that were read are versions of one key, if they are many. */
  private int versions;

  /** The trailer of the last entry that was read. */
  private long lastTrailer;

  ScanBatch(long sequence, ScanRange range) {
    this(Arena.ofAuto(), range, new GapWalk(KnownGaps.none(), Arena.ofAuto(), range));
    begin(sequence, null, NONE);
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
    this.passedKey = new KeyBuffer(arena);
    this.lower = range.lower();
    this.upper = range.upper();
  }

  /**
   * Begins the scans of another cursor.
   *
   * @param ranges what range tombstones hide from it; null for nothing
   * @param place as in {@link #restart}
   */
  void begin(long sequence, @Nullable ScanRanges ranges, int place) {
    this.sequence = sequence;
    this.ranges = ranges;
    restart(place);
  }

  long memoryBytes() {
    return entries.keyBytes()
        + decided.memoryBytes()
        + spare.memoryBytes()
        + valueCopy.memoryBytes()
        + passedKey.memoryBytes();
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
    if (walked > 0) {
      usual = walked + 1;
    }
    expected = usual;
    passed = 0;
    entries.clear();
    hasDecided = false;
    candidate = NONE;
    last = false;
    versions = 0;
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
      nextLimit();
      source.readForward(entries, null);
      endAtUpper();
      int read = entries.size();
      KeyBuffer passed = hasDecided ? decided : null;
      if (deleted != null) {
        deleted.hide(entries, 0);
      }
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
      versions = 0;
      return source.isValid();
    }
    return advance(source);
  }

  /** Reads the next batch of a forward scan. */
  boolean readNext(InternalCursor source) {
    passed += entries.size();
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
      int carried = carryCandidate();
      nextLimit();
      source.readBackward(entries, null);
      int read = entries.size();
      boolean mayEnd = mayPassLower();
      boolean isLastHidden = false;
      if (deleted != null) {
        mayEnd &= !endAtLower(carried);
        isLastHidden = deleted.hide(entries, carried);
      }
      keepNewest(mayEnd, carried);
      if (isLastHidden) {
        versions = 0; // the source is not on the candidate's key
      }
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
      versions = 0;
      return source.isValid();
    }
    return retreat(source);
  }

  /** Reads the next batch of a backward scan. */
  boolean readPrev(InternalCursor source) {
    passed += entries.size();
    if (last || !source.isValid()) {
      return readRest();
    }
    return retreat(source) ? readBackward(source) : readRest();
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

  /** Moves to the first entry to read next in a forward scan. */
  private boolean advance(InternalCursor source) {
    if (versions < MANY_VERSIONS) {
      return source.next();
    }
    boolean isDecided = isVisible(source.trailer());
    if (!isDecided) {
      gap.interrupt(); // there may be newer puts among those that are not read
    }
    passLastKey(source);
    long trailer = isDecided ? SequenceNumber.MIN_TRAILER : SequenceNumber.seekTrailer(sequence);
    return source.seek(passedKey.memory(), 0, passedKey.length(), trailer);
  }

  /** Moves to the first entry to read next in a backward scan. */
  private boolean retreat(InternalCursor source) {
    if (versions < MANY_VERSIONS) {
      // Next to range tombstones the source does not only step, it may search.
      saveCandidate(ranges == null && source.keepsValuesOnPrev());
      return source.prev();
    }
    gap.interrupt(); // there may be newer puts among those that are not read
    boolean mayHaveNewer = isVisible(source.trailer());
    passLastKey(source);
    if (mayHaveNewer) {
      long newest = SequenceNumber.seekTrailer(sequence);
      source.seek(passedKey.memory(), 0, passedKey.length(), newest);
      entries.clear();
      entries.append(source);
      candidate = 0;
    }
    saveCandidate(false);
    return source.seekBefore(passedKey.memory(), 0, passedKey.length(), SequenceNumber.MAX_TRAILER);
  }

  private void passLastKey(InternalCursor source) {
    versions = 0;
    limit = ENTRIES_AFTER_SEARCH;
    expected = 0;
    passedKey.set(source.key(), source.keyOffset(), source.keyLength());
  }

  private boolean isVisible(long trailer) {
    return SequenceNumber.sequence(trailer) <= sequence;
  }

  /**
   * Counts the versions of the last key; called before entries are moved. Between batches, trailers
   * tell: a key that differs after all costs a search.
   *
   * @param from the first entry that was not in the preceding batch
   */
  private void countVersions(int from, boolean descending) {
    int size = entries.size();
    if (size > from) {
      int first = Math.max(from, size - MANY_VERSIONS);
      boolean goesOn = first == from && lastTrailer > entries.trailer(first) == descending;
      boolean isOneKey = entries.isSameKey(size - 1, first);
      versions = isOneKey ? size - first + (goesOn ? versions : 0) : 0;
      lastTrailer = entries.trailer(size - 1);
    }
  }

  private void nextLimit() {
    int next = expected > 0 ? Math.min(expected, CAPACITY) : limit;
    entries.setLimit(next, MAX_KEY_BYTES);
    expected -= next;
    limit = Math.min(next * GROWTH, CAPACITY);
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

  /**
   * Leaves out the entries below the lower bound, which end the scan, visible or not.
   *
   * @param from the first entry to look at
   */
  private boolean endAtLower(int from) {
    for (int i = from; i < entries.size(); i++) {
      if (entries.compareKey(i, lower.memory(), 0, lower.length()) < 0) {
        last = true;
        entries.setSize(i);
        return true;
      }
    }
    return false;
  }

  /** Keeps the newest visible entry of each key, unless it is a deletion. */
  private void keepVisible() {
    int size = entries.size();
    hasNewerPuts = false;
    if (size > 0 && areVisiblePuts() && !isDecided(0)) {
      versions = 0;
      decide(size - 1);
      return;
    }
    countVersions(0, true);
    int kept = 0;
    int seen = NONE;
    for (int i = 0; i < size; i++) {
      long trailer = entries.trailer(i);
      if (!isVisible(trailer)) {
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
    if (!hasEnd && entries.size() > carried && areVisiblePuts()) {
      candidate = entries.size() - 1;
      entries.setSize(candidate);
      versions = 0;
      return;
    }
    countVersions(carried, false);
    int kept = 0;
    int newest = carried > 0 ? 0 : NONE;
    int size = entries.size();
    for (int i = carried; i < size; i++) {
      if (hasEnd && entries.compareKey(i, lower.memory(), 0, lower.length()) < 0) {
        // Before the entry's sequence is looked at, as in endAtUpper.
        last = true;
        break;
      }
      if (!isVisible(entries.trailer(i))) {
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

  /**
   * Copies or drops the candidate's value.
   *
   * @param stays whether it stays where it is when the source is moved; then nothing is done
   */
  private void saveCandidate(boolean stays) {
    if (candidate == NONE || isValueDropped(candidate) || stays) {
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
    return entries.haveOneTrailer() && isVisible(trailer) && isPut(trailer);
  }

  private static boolean isPut(long trailer) {
    return SequenceNumber.kindCode(trailer) != ValueKind.DELETE.code();
  }
}
