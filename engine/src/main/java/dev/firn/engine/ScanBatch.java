package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import java.lang.foreign.MemorySegment;

/**
 * A stretch of a scan: entries read at once from the layers below, of which those are kept that are
 * seen at one sequence and within bounds. Of each key that is the newest visible entry, unless it
 * is a deletion.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> Values are views of the
 * source's memory, valid until it moves.
 */
final class ScanBatch {

  /*
   * Forward, a key's first visible entry decides; it is remembered by its key, since older ones may
   * be met in the next batch only.
   *
   * Backward, a key's last visible entry decides: the newest is met last. So the last key of a
   * batch is undecided, and its entry, the candidate, becomes the first of the next batch. If its
   * value does not stay where it is until then it is copied, or if it is too large for that,
   * dropped, to be found again by a search.
   */

  /** Values up to this size are copied when they would move. */
  private static final long MAX_COPIED_BYTES = 16 * 1024;

  /**
   * A short scan should not pay for a long one: batches grow. The first is one entry larger than
   * the last scan was long, for a cursor's scans are often alike; the first of all has so many.
   */
  private static final int FIRST_ENTRIES = 4;

  private static final int GROWTH = 4;
  private static final int CAPACITY = 64;
  private static final int MAX_KEY_BYTES = 64 * 1024;
  private static final int NONE = -1;

  /** The offset of a value that was dropped. */
  private static final long GONE = -1;

  private final EntryBatch entries = new EntryBatch(CAPACITY);
  private final KeyBuffer decided = new KeyBuffer();
  private final KeyBuffer valueCopy = new KeyBuffer();
  private final long sequence;
  private final KeyBuffer lower;
  private final KeyBuffer upper;

  private int limit = FIRST_ENTRIES;

  /** How many entries the batches of this scan before the current one had. */
  private int passed;

  private boolean hasDecided;
  private int candidate = NONE;

  /** Whether there is nothing behind this batch, in the direction of movement. */
  private boolean last;

  ScanBatch(long sequence, KeyBuffer lower, KeyBuffer upper) {
    this.sequence = sequence;
    this.lower = lower;
    this.upper = upper;
  }

  EntryBatch entries() {
    return entries;
  }

  /** Whether the value of an entry was dropped. */
  boolean isValueGone(int entry) {
    return entries.valueOffset(entry) == GONE;
  }

  /**
   * Forgets everything: the source was moved to another place.
   *
   * @param place where in the batch the scan before ended, or {@link #NONE}
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
   * Reads on.
   *
   * @param source stands on the first entry that was not read, or is invalid
   * @return whether there are entries
   */
  boolean readForward(InternalCursor source) {
    boolean more = source.isValid();
    while (more) {
      entries.clear();
      nextLimit();
      source.readForward(entries, null);
      keepVisible(checkUpper());
      if (entries.size() > 0) {
        return true;
      }
      more = !last && source.isValid() && source.next();
    }
    entries.clear();
    last = true;
    return false;
  }

  /** Reads on behind the batch, if there is anything. */
  boolean readNext(InternalCursor source) {
    passed += entries.size();
    if (last || !source.isValid() || !source.next()) {
      entries.clear();
      last = true;
      return false;
    }
    return readForward(source);
  }

  /** As {@link #readForward}, in the other direction. */
  boolean readBackward(InternalCursor source) {
    boolean more = source.isValid();
    while (more) {
      int carried = carryCandidate();
      nextLimit();
      source.readBackward(entries, null);
      keepNewest(checkLower(), carried);
      boolean atEnd = last || !source.isValid();
      if (atEnd) {
        decideCandidate();
      }
      if (entries.size() > 0) {
        return true;
      }
      if (!atEnd) {
        saveCandidate(source);
      }
      more = !atEnd && source.prev();
    }
    return readRest();
  }

  /** Reads on before the batch, if there is anything. */
  boolean readPrev(InternalCursor source) {
    passed += entries.size();
    if (last || !source.isValid()) {
      return readRest();
    }
    saveCandidate(source);
    return source.prev() ? readBackward(source) : readRest();
  }

  /** What is left when the source has nothing more: the candidate. */
  private boolean readRest() {
    last = true;
    if (candidate == NONE) {
      entries.clear();
      return false;
    }
    entries.keepOnly(candidate);
    entries.setSize(0);
    candidate = 0;
    decideCandidate();
    return entries.size() > 0;
  }

  private void nextLimit() {
    entries.setLimit(limit, MAX_KEY_BYTES);
    limit = Math.min(limit * GROWTH, CAPACITY);
  }

  /** Whether entries may lie at or above the upper bound. */
  private boolean checkUpper() {
    return entries.compareKey(entries.size() - 1, upper.memory(), 0, upper.length()) >= 0;
  }

  private boolean checkLower() {
    return entries.compareKey(entries.size() - 1, lower.memory(), 0, lower.length()) < 0;
  }

  private void keepVisible(boolean hasEnd) {
    if (!hasEnd && areVisiblePuts() && !isDecided(0)) {
      decide(entries.size() - 1);
      return;
    }
    int kept = 0;
    int seen = NONE;
    int size = entries.size();
    for (int i = 0; i < size; i++) {
      long trailer = entries.trailer(i);
      if (SequenceNumber.sequence(trailer) > sequence) {
        continue;
      }
      if (seen == NONE ? isDecided(i) : entries.isSameKey(i, seen)) {
        continue;
      }
      if (hasEnd && entries.compareKey(i, upper.memory(), 0, upper.length()) >= 0) {
        last = true;
        break;
      }
      seen = i;
      if (isPut(trailer)) {
        entries.move(i, kept++);
      }
    }
    if (seen != NONE) {
      decide(seen);
    }
    entries.setSize(kept);
  }

  /** Remembers an entry's key as the last that was decided. */
  private void decide(int entry) {
    decided.set(entries.key(entry), 0, entries.keyLength(entry));
    hasDecided = true;
  }

  private boolean isDecided(int entry) {
    return hasDecided && entries.compareKey(entry, decided.memory(), 0, decided.length()) == 0;
  }

  /**
   * Keeps what is decided, and leaves the candidate behind it.
   *
   * @param carried how many candidates of an earlier batch the entries begin with
   */
  private void keepNewest(boolean hasEnd, int carried) {
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
        last = true;
        break;
      }
      if (SequenceNumber.sequence(entries.trailer(i)) > sequence) {
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

  /** Makes the candidate the first entry; returns how many candidates there are. */
  private int carryCandidate() {
    if (candidate == NONE) {
      entries.clear();
      return 0;
    }
    entries.keepOnly(candidate);
    return 1;
  }

  /** No newer entry of the candidate's key will come: keeps it, unless it is a deletion. */
  private void decideCandidate() {
    if (candidate != NONE && isPut(entries.trailer(candidate))) {
      int kept = entries.size();
      entries.move(candidate, kept);
      entries.setSize(kept + 1);
    }
    candidate = NONE;
  }

  /** Keeps the candidate's value, which may move when the source does. */
  private void saveCandidate(InternalCursor source) {
    if (candidate == NONE || isValueGone(candidate) || source.keepsValuesOnPrev()) {
      return;
    }
    long length = entries.valueLength(candidate);
    if (length > MAX_COPIED_BYTES) {
      entries.moveValue(candidate, MemorySegment.NULL, GONE);
      return;
    }
    valueCopy.set(entries.value(candidate), entries.valueOffset(candidate), length);
    entries.moveValue(candidate, valueCopy.memory(), 0);
  }

  /**
   * Whether all entries are seen, each the only one of its key, as one trailer tells: no two
   * entries have the same key and sequence. Not asserted, because in a table that somebody forged
   * it need not be so; who reads that may see a key twice.
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
