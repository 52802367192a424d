package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gaps of a store that scans have found: long ranges of deleted keys, which the next scan
 * skips. So a queue, whose front is behind everything that was taken from it, does not step over
 * that again with each look.
 *
 * <p>In memory only, and bounded: {@value #MAX_GAPS} gaps, each with two keys of at most {@value
 * Gap#MAX_KEY_BYTES} bytes.
 *
 * <p><b>Threading.</b> Any thread. Readers and writers look at an immutable array; changes take the
 * lock.
 */
final class KnownGaps {

  /*
   * A gap [from, to) of sequence s states: whatever a reader at or above s reads in it, it finds no
   * value. Readers below s ignore the gap. It speaks of what readers see, not of where entries are:
   * rotation, flush and compaction keep what readers see, so they keep gaps true. The ids of trees
   * are not used again, so the gaps of a dropped tree are never asked for.
   *
   * Two things make it true:
   *
   *   (1) at s each key of the range is deleted or absent;
   *   (2) no put with a sequence above s is in the range, or it has cut the gap before any reader
   *       sees that put.
   *
   * (2) Writers. A writer takes its sequences, later calls cut() for each put, and only then
   * publishes. A reader that sees the put has read the visible sequence after that, and reads
   * the array after its sequence. So it finds the gap cut. Deletions leave a gap true.
   *
   * The writers in flight. When a scan adds a gap, writers may have called cut() already, but not
   * have published, or published after the scan took its sequence. Neither has the scan seen their
   * entries, nor have they seen its gap. So a scan first begins to watch the range, and proves the
   * gap by a walk that begins afterwards:
   *
   *   watch: add the range to the array         writer: reserve sequence q in the newest segment
   *          read the newest generation, and            ...
   *          L, its last reserved sequence              read the array: cut() if it contains the key
   *          wait until L is visible                    publish q
   *          seek, and walk
   *
   * All four accesses are volatile, so in one total order. If q > L, the writer reserved after the
   * watch was in the array, and finds it there. If q <= L, the entry was inserted before the walk
   * began, and the walk meets it. So (1) and (2) hold at s = L, for what the walk has passed and no
   * writer has cut off meanwhile. (1) needs more care:
   *
   *   - The walk must meet all entries up to L. They are in the generations up to the newest one
   *     that was read. The scan's view may be older, when a rotation came between; so that
   *     generation must be the newest of the scan's view too. Entries that were inserted behind the
   *     scan, or read into its batch before, are met because it seeks again.
   *   - The scan reads at a sequence S <= L. A walk ends at a put that it does not see, because it
   *     is above S: it may be at or below L, or it has cut the watch already. Then the newest entry
   *     up to L of each passed key is a deletion, whether the scan sees it or a newer one.
   *   - The gap holds at L, not at S: a version between S and L may have been dropped by a
   *     compaction, which keeps versions for snapshots, not for readers that pin an older view.
   *
   * Two gaps that touch become one, at the larger of their sequences. The larger part is kept as
   * the older one of the new gap, for readers that took their sequence just before.
   */

  static final int MAX_GAPS = 128;
  private static final int MAX_WATCHES = 8;

  /** A gap that was cut so often and not used by any scan is dropped, because a cut takes time. */
  private static final int MAX_CUTS = 16;

  /** How often a scan waits for a writer in flight. No longer than until writers begin to sleep. */
  private static final int MAX_WAITS = 256;

  private static final Gap[] NO_GAPS = {};
  private static final GapWatch[] NO_WATCHES = {};
  private static final State NONE = new State(NO_GAPS, NO_WATCHES);

  /** The gaps, ascending and without a common key, and the watches, oldest first. */
  @SuppressWarnings("ArrayRecordComponent") // private, and never compared
  private record State(Gap[] gaps, GapWatch[] watches) {}

  private final LongSupplier visible;
  private final Supplier<@Nullable ReadView> currentView;
  private final int minEntries;

  /** Written with the lock held. */
  private volatile State state = NONE;

  /**
   * @param visible the newest sequence that readers see
   * @param currentView the current view, or null when the store is closed
   * @param minEntries see {@link EngineOptions#gapEntries}
   */
  KnownGaps(LongSupplier visible, Supplier<@Nullable ReadView> currentView, int minEntries) {
    this.visible = visible;
    this.currentView = currentView;
    this.minEntries = minEntries;
  }

  /** Gaps for scans of which none is long enough to find one. */
  static KnownGaps none() {
    return new KnownGaps(() -> 0, () -> null, Integer.MAX_VALUE);
  }

  int minEntries() {
    return minEntries;
  }

  /** Whether there is neither a gap nor a watch: then {@link #cut} does nothing. */
  boolean areNone() {
    return state == NONE;
  }

  int count() {
    return state.gaps.length;
  }

  /** The gap that a reader who is at a key skips, or null. */
  @Nullable Gap at(KeyBuffer key, long sequence) {
    return at(key.memory(), key.length(), sequence);
  }

  /** The gap that a reader who is at a key skips, or null. */
  @Nullable Gap at(MemorySegment key, int length, long sequence) {
    Gap[] gaps = state.gaps;
    if (gaps.length == 0) {
      return null;
    }
    int next = firstEndingAfter(gaps, key, 0, length);
    return next == gaps.length ? null : use(gaps[next].at(key, length, sequence), gaps[next]);
  }

  /** The gap that a reader of the keys before a key skips, or null. */
  @Nullable Gap before(KeyBuffer key, long sequence) {
    Gap[] gaps = state.gaps;
    if (gaps.length == 0) {
      return null;
    }
    MemorySegment memory = key.memory();
    int next = firstEndingAfter(gaps, memory, 0, key.length());
    Gap ended = next == 0 ? null : gaps[next - 1].before(memory, key.length(), sequence);
    if (ended != null) {
      return use(ended, gaps[next - 1]);
    }
    return next == gaps.length
        ? null
        : use(gaps[next].before(memory, key.length(), sequence), gaps[next]);
  }

  private static @Nullable Gap use(@Nullable Gap found, Gap gap) {
    if (found != null && !gap.used) {
      gap.used = true;
    }
    return found;
  }

  /** The index of the first gap whose end is after a key; the count of gaps if there is none. */
  private static int firstEndingAfter(Gap[] gaps, MemorySegment key, long offset, int length) {
    // Most puts and searches are behind the last gap.
    if (Gap.compare(gaps[gaps.length - 1].to, key, offset, length) <= 0) {
      return gaps.length;
    }
    int low = 0;
    int high = gaps.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Gap.compare(gaps[middle].to, key, offset, length) > 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Called for each key that is put, by its writer, after it took its sequence and before readers
   * see it.
   */
  void cut(MemorySegment key, long offset, int length) {
    State seen = state;
    boolean hit = false;
    for (GapWatch watch : seen.watches) {
      hit |= watch.contains(key, offset, length);
    }
    Gap[] gaps = seen.gaps;
    if (!hit && gaps.length > 0) {
      int next = firstEndingAfter(gaps, key, offset, length);
      hit = next < gaps.length && gaps[next].contains(key, offset, length);
    }
    if (hit) {
      cutAll(key, offset, length);
    }
  }

  private synchronized void cutAll(MemorySegment key, long offset, int length) {
    byte[] put = bytes(key, offset, length);
    for (GapWatch watch : state.watches) {
      if (watch.contains(key, offset, length)) {
        watch.cut(put);
      }
    }
    Gap[] gaps = state.gaps;
    int at = gaps.length == 0 ? 0 : firstEndingAfter(gaps, key, offset, length);
    if (at < gaps.length && gaps[at].contains(key, offset, length)) {
      set(replace(gaps, at, at + 1, pieces(gaps[at], put)), state.watches);
    }
  }

  /** What is left of a gap. */
  private static Gap[] pieces(Gap gap, byte[] put) {
    int cuts = gap.used ? 0 : gap.cuts + 1;
    byte[] behind = Gap.successor(put);
    boolean hasLow = Arrays.compareUnsigned(gap.from, put) < 0;
    boolean hasHigh = Arrays.compareUnsigned(behind, gap.to) < 0;
    if (cuts > MAX_CUTS || !(hasLow || hasHigh)) {
      return NO_GAPS;
    }
    long entries = hasLow && hasHigh ? gap.entries / 2 : gap.entries;
    Gap low = hasLow ? new Gap(gap.from, put, gap.sequence, entries, null, cuts) : null;
    Gap high = hasHigh ? new Gap(behind, gap.to, gap.sequence, entries, null, cuts) : null;
    if (low == null || high == null) {
      return new Gap[] {low == null ? high : low};
    }
    return new Gap[] {low, high};
  }

  /**
   * Begins to watch a range, of which the caller then walks a part: after this call it seeks, in
   * its own view, and calls {@link #learn} or {@link #abandon} in the end.
   *
   * @param view the view that the caller reads
   * @param forward whether it walks from the range's start
   * @return null if no gap would be proven
   */
  @Nullable GapWatch watch(ReadView view, byte[] from, byte[] to, boolean forward) {
    if (Math.max(from.length, to.length) > Gap.MAX_KEY_BYTES
        || Arrays.compareUnsigned(from, to) >= 0) {
      return null;
    }
    GapWatch watch = new GapWatch(from, to, forward);
    if (!add(watch)) {
      return null;
    }
    boolean begun = false;
    try {
      long limit = reserved(view);
      begun = limit >= 0 && awaitVisible(limit);
      watch.setSequence(limit);
      return begun ? watch : null;
    } finally {
      if (!begun) {
        abandon(watch);
      }
    }
  }

  /** Adds a watch, unless a gap is known there, which this reader may be too old for. */
  private synchronized boolean add(GapWatch watch) {
    for (Gap gap : state.gaps) {
      if (Arrays.compareUnsigned(gap.from, watch.from()) <= 0
          && Arrays.compareUnsigned(watch.from(), gap.to) < 0) {
        return false;
      }
    }
    GapWatch[] old = state.watches;
    int dropped = old.length < MAX_WATCHES ? 0 : 1;
    GapWatch[] next = Arrays.copyOfRange(old, dropped, old.length + 1);
    next[next.length - 1] = watch;
    state = new State(state.gaps, next);
    return true;
  }

  /** The last sequence reserved by now; -1 if the view lacks the newest generation. */
  private long reserved(ReadView view) {
    long now = visible.getAsLong();
    ReadView current = currentView.get();
    if (current == null) {
      return -1;
    }
    Generation[] newest = current.generations();
    Generation[] own = view.generations();
    if (newest.length == 0) {
      // No writer is in flight; the view is up to date if nothing was flushed since.
      return own.length == 0 && view.version().equals(current.version()) ? now : -1;
    }
    return own.length > 0 && own[0].equals(newest[0]) ? own[0].segment().lastSequence() : -1;
  }

  private boolean awaitVisible(long sequence) {
    for (int waits = 0; visible.getAsLong() < sequence; waits++) {
      if (waits == MAX_WAITS) {
        return false;
      }
      Backoff.pause(waits);
    }
    return true;
  }

  /**
   * Ends a watch with what the walk has passed: the walk met no value, and no put that it does not
   * see.
   *
   * @param entries the entries that it met
   */
  synchronized void learn(GapWatch watch, byte[] from, byte[] to, long entries) {
    GapWatch[] rest = without(watch);
    if (rest == null) {
      return;
    }
    byte[] low = Arrays.compareUnsigned(from, watch.from()) < 0 ? watch.from() : from;
    byte[] high = Arrays.compareUnsigned(to, watch.to()) > 0 ? watch.to() : to;
    boolean found =
        Arrays.compareUnsigned(low, high) < 0
            && Math.max(low.length, high.length) <= Gap.MAX_KEY_BYTES;
    // In one step: a writer sees the watch or the gap.
    set(
        found
            ? with(state.gaps, new Gap(low, high, watch.sequence(), entries, null, 0))
            : state.gaps,
        rest);
  }

  /** Ends a watch. */
  synchronized void abandon(GapWatch watch) {
    GapWatch[] rest = without(watch);
    if (rest != null) {
      set(state.gaps, rest);
    }
  }

  /** The watches without one; null if it is not among them. */
  @GuardedBy("this")
  private GapWatch @Nullable [] without(GapWatch watch) {
    GapWatch[] old = state.watches;
    int at = Arrays.asList(old).indexOf(watch);
    if (at < 0) {
      return null;
    }
    GapWatch[] rest = new GapWatch[old.length - 1];
    System.arraycopy(old, 0, rest, 0, at);
    System.arraycopy(old, at + 1, rest, at, rest.length - at);
    return rest;
  }

  /** Adds a gap; those that it overlaps or touches become one with it. */
  private static Gap[] with(Gap[] gaps, Gap gap) {
    int first = 0;
    while (first < gaps.length && Arrays.compareUnsigned(gaps[first].to, gap.from) < 0) {
      first++;
    }
    int end = first;
    Gap union = gap;
    while (end < gaps.length && Arrays.compareUnsigned(gaps[end].from, gap.to) <= 0) {
      union = union(union, gaps[end++]);
    }
    union.used = true;
    return replace(gaps, first, end, union);
  }

  private static Gap union(Gap a, Gap b) {
    Gap larger = a.entries >= b.entries ? a : b;
    return new Gap(
        Arrays.compareUnsigned(a.from, b.from) <= 0 ? a.from : b.from,
        Arrays.compareUnsigned(a.to, b.to) >= 0 ? a.to : b.to,
        Math.max(a.sequence, b.sequence),
        a.entries + b.entries,
        new Gap(larger.from, larger.to, larger.sequence, larger.entries, null, 0),
        0);
  }

  /** Removes the gap that saves least, of those that were not used since the last eviction. */
  private static Gap[] evictOne(Gap[] gaps) {
    int least = -1;
    for (int i = 0; i < gaps.length; i++) {
      if (!gaps[i].used && (least < 0 || gaps[i].entries < gaps[least].entries)) {
        least = i;
      }
    }
    if (least < 0) {
      least = 0;
      for (int i = 1; i < gaps.length; i++) {
        least = gaps[i].entries < gaps[least].entries ? i : least;
      }
    }
    for (Gap gap : gaps) {
      gap.used = false;
    }
    return replace(gaps, least, least + 1);
  }

  private static Gap[] replace(Gap[] gaps, int from, int to, Gap... by) {
    Gap[] next = new Gap[gaps.length - (to - from) + by.length];
    System.arraycopy(gaps, 0, next, 0, from);
    System.arraycopy(by, 0, next, from, by.length);
    System.arraycopy(gaps, to, next, from + by.length, gaps.length - to);
    return next;
  }

  @GuardedBy("this")
  private void set(Gap[] gaps, GapWatch[] watches) {
    Gap[] bounded = gaps.length > MAX_GAPS ? evictOne(gaps) : gaps;
    state = gaps.length == 0 && watches.length == 0 ? NONE : new State(bounded, watches);
  }

  private static byte[] bytes(MemorySegment key, long offset, int length) {
    byte[] copy = new byte[length];
    MemorySegment.copy(key, ValueLayout.JAVA_BYTE, offset, copy, 0, length);
    return copy;
  }
}
