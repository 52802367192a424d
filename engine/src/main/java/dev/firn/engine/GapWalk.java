package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.file.FaultBarrier;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * What a scan does about entries that it steps over without finding one: it skips the gap that is
 * known there, and proves one if there are many, see {@link KnownGaps}.
 *
 * <p>A <i>stretch</i> is such a sequence of entries within one move of the cursor. Once it is long
 * enough, the scan begins it again, under a watch.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time, with its {@link ScanBatch}.
 */
final class GapWalk {

  private static final KnownGaps NO_GAPS = KnownGaps.none();

  private final KnownGaps known;
  private final ScanRange range;
  private final KeyBuffer start;
  private final KeyBuffer reached;
  private final KeyBuffer target;

  /** The known gaps, or none for scans that do not skip any. */
  private KnownGaps gaps;

  private @Nullable ReadView view;
  private @Nullable ScanSources sources;
  private long sequence;
  private boolean forward;

  /** The place that was sought, until the scan reads from it. */
  private @Nullable KeyBuffer sought;

  /** Whether the stretch begins after the key in {@link #start}, in the order of keys. */
  private boolean startsAfter;

  /** Whether {@link #reached} has the last key of the stretch whose state is known. */
  private boolean hasReached;

  /** Whether that key is a part of the stretch. */
  private boolean includesReached;

  /** The entries of the stretch. */
  private long entries;

  /** The entries of all stretches. */
  private long passed;

  /** Whether no further watch is tried in this stretch. */
  private boolean refused;

  private @Nullable GapWatch watch;

  GapWalk(KnownGaps gaps, Arena arena, ScanRange range) {
    this.known = gaps;
    this.gaps = gaps;
    this.range = range;
    this.start = new KeyBuffer(arena);
    this.reached = new KeyBuffer(arena);
    this.target = new KeyBuffer(arena);
  }

  /**
   * Begins the scans of another cursor. One with entries of its own skips no gaps, and leaves none.
   */
  void begin(ReadView view, ScanSources sources, ReadMoment moment) {
    this.gaps = moment.hasOwn() ? NO_GAPS : known;
    this.view = view;
    this.sources = sources;
    this.sequence = moment.sequence();
    passed = 0;
    restart();
  }

  /** Ends the scans of the cursor. */
  void close() {
    restart();
    view = null;
    sources = null;
  }

  long memoryBytes() {
    return start.memoryBytes() + reached.memoryBytes() + target.memoryBytes();
  }

  /** Forgets the stretch, also if a read has failed in it. */
  void restart() {
    GapWatch open = watch;
    if (open != null) {
      watch = null;
      gaps.abandon(open);
    }
    beginStretch();
  }

  private void beginStretch() {
    sought = null;
    entries = 0;
    hasReached = false;
    refused = false;
  }

  /** Moves a cursor to the first entry at or after a key that is in no known gap. */
  void seek(InternalCursor source, KeyBuffer key) {
    restart();
    Gap gap = gaps.at(key, sequence);
    if (gap != null) {
      leave(gap, true, source);
    } else {
      sought = key;
      source.seek(key.memory(), 0, key.length(), SequenceNumber.MAX_TRAILER);
    }
  }

  /**
   * Moves a cursor to the last entry before a key that is in no known gap.
   *
   * @param trailer the largest; or the smallest, if the key itself may be found
   */
  void seekBefore(InternalCursor source, KeyBuffer key, long trailer) {
    restart();
    boolean inclusive = trailer == SequenceNumber.MIN_TRAILER;
    Gap gap = inclusive ? gaps.at(key, sequence) : gaps.before(key, sequence);
    if (gap != null) {
      leave(gap, false, source);
    } else {
      sought = inclusive ? null : key;
      source.seekBefore(key.memory(), 0, key.length(), trailer);
    }
  }

  /** Moves a cursor out of a gap. */
  private void leave(Gap gap, boolean ascending, InternalCursor source) {
    target.set(ascending ? gap.to : gap.from);
    sought = target;
    seekTarget(ascending, source);
  }

  private void seekTarget(boolean ascending, InternalCursor source) {
    if (ascending) {
      source.seek(target.memory(), 0, target.length(), SequenceNumber.MAX_TRAILER);
    } else {
      source.seekBefore(target.memory(), 0, target.length(), SequenceNumber.MAX_TRAILER);
    }
  }

  /**
   * Adds a batch without an entry for the scan to the stretch, or ends the stretch.
   *
   * @param batch its keys are readable
   * @param read the count of its entries
   * @param decided the key on which the scan had decided before it, or null
   * @param newer whether it has puts that the scan does not see
   * @return whether it was added
   */
  boolean pass(
      boolean ascending, EntryBatch batch, int read, @Nullable KeyBuffer decided, boolean newer) {
    if (newer) {
      interrupt();
      return false;
    }
    if (read > 0 && entries == 0 && watch == null) {
      forward = ascending;
      begin(batch, decided);
    }
    sought = null;
    entries += read;
    passed += read;
    return true;
  }

  /** The entries that the cursor has passed without a result since the last call. */
  int takePassed() {
    int taken = (int) Math.min(passed, Integer.MAX_VALUE);
    passed = 0;
    return taken;
  }

  private void begin(EntryBatch batch, @Nullable KeyBuffer decided) {
    KeyBuffer place = sought != null ? sought : decided;
    if (place != null) {
      start.set(place.memory(), 0, place.length());
      startsAfter = sought == null;
    } else {
      start.set(batch.key(0), 0, batch.keyLength(0));
      startsAfter = !forward;
    }
  }

  /** The stretch has no entry for the scan up to and with this key. */
  void reach(KeyBuffer key) {
    reached.set(key.memory(), 0, key.length());
    hasReached = true;
    includesReached = true;
  }

  /**
   * The stretch has no entry for the scan up to the key of an entry.
   *
   *
   * @param included whether this one is deleted too
   */
  void reach(EntryBatch batch, int entry, boolean included) {
    reached.set(batch.key(entry), 0, batch.keyLength(entry));
    hasReached = true;
    includesReached = included;
  }

  /** Whether it is of use to call {@link #reach} before {@link #end}. */
  boolean isWatched() {
    return watch != null;
  }

  /** Ends the stretch. Where a watch was tried, it is not tried again before the next result. */
  void interrupt() {
    boolean tried = refused || watch != null;
    end();
    refused = tried;
  }

  /** Ends the stretch; what was reached under a watch is a gap. */
  void end() {
    GapWatch open = watch;
    if (open != null) {
      if (hasReached) {
        FaultBarrier.pass(); // what was read may come from a page that the device has lost
        learn(open);
      } else {
        gaps.abandon(open);
      }
      watch = null;
    }
    beginStretch();
  }

  private void learn(GapWatch open) {
    byte[] begin = startBytes();
    byte[] end = reached.toArray();
    if (forward) {
      gaps.learn(open, begin, includesReached ? StoreKey.successor(end) : end, entries);
    } else {
      gaps.learn(open, includesReached ? end : StoreKey.successor(end), begin, entries);
    }
  }

  private byte[] startBytes() {
    byte[] key = start.toArray();
    return startsAfter ? StoreKey.successor(key) : key;
  }

  /**
   * Moves the source out of a known gap, or to the start of the stretch if that is to be walked
   * again. Returns whether it did: then what the scan knows about the keys before is settled.
   */
  boolean skip(InternalCursor source) {
    if (!hasReached) {
      return false;
    }
    Gap gap = gaps.at(reached, sequence);
    if (gap != null) {
      end();
      leave(gap, forward, source);
      return true;
    }
    if (watch != null || refused || entries < gaps.minEntries()) {
      return false;
    }
    return beginWatch(source);
  }

  private boolean beginWatch(InternalCursor source) {
    byte[] begin = startBytes();
    byte[] bound = (forward ? range.upper() : range.lower()).toArray();
    GapWatch begun = watch(forward ? begin : bound, forward ? bound : begin);
    if (begun == null) {
      refused = true;
      return false;
    }
    watch = begun;
    entries = 0;
    hasReached = false;
    target.set(begin);
    seekTarget(forward, source);
    return true;
  }

  /** Begins to watch a range; null if the walk would prove nothing. */
  private @Nullable GapWatch watch(byte[] from, byte[] to) {
    ReadView pinned = view;
    ScanSources walked = sources;
    if (pinned == null || walked == null) {
      return null;
    }
    GapWatch begun = gaps.watch(pinned, from, to, forward);
    // A memtable that was left out, because it had no key of the range, may have one since.
    if (begun != null && !walked.areComplete(pinned, range.upper())) {
      gaps.abandon(begun);
      return null;
    }
    return begun;
  }
}
