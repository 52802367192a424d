package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.ReadMoment;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
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
   * value. Readers below s ignore the gap. Where entries had expired for the scan that found it, it
   * has the clock of that scan, and readers with an earlier clock, which snapshots may have, ignore
   * it too. Time does not make an expired entry a value again. It speaks of what readers see, not
   * of where entries are: rotation, flush and compaction keep what readers see, so they keep gaps
   * true. The ids of trees are not used again, so the gaps of a dropped tree are never asked for.
   *
   * Two things make it true:
   *
   *   (1) at s each key of the range is deleted or absent;
   *   (2) no put with a sequence above s is in the range, or it has cut the gap before any reader
   *       sees that put.
   *
   * Writers. A writer inserts its entries into a memtable, then calls cut() for each key that it
   * puts, and only then publishes. A reader that sees a put has read the visible sequence after
   * that, and reads the array after its sequence. So it finds the gap cut, which is (2). Deletions
   * leave a gap true.
   *
   * Writers in flight. When a scan adds a gap, writers that it does not see may have called cut()
   * already. So a scan first begins to watch the range, and proves the gap by a walk that begins
   * afterwards:
   *
   *   scan: add the range to the array          writer: insert the put into the newest generation
   *         read the visible sequence s                 read the array: cut the range
   *         read the newest generation                  publish
   *         seek, and walk
   *
   * These accesses are volatile, so in one total order. Either the writer finds the range, or its
   * put was inserted before the walk began, and the walk meets it. The walk ends at each put that
   * the scan does not see, visible or not by now. So of what the walk has passed, and no writer has
   * cut off meanwhile, (2) holds. Three things to mind:
   *
   *   - The put must be in the scan's view, which is older than the watch. A rotation may have come
   *     between. So the newest generation must be the newest of that view too.
   *   - The scan seeks again, to the start of what it passed: an entry may have been inserted
   *     behind it, or before the place of one of the merged cursors.
   *   - At the end of the walk the range becomes a gap in one step: a writer finds one or the
   *     other.
   *
   * The sequence is s, not that of the scan, S. Without a put above S, what is deleted at S is
   * deleted at s. Between S and s there may have been puts, dropped by a compaction together with
   * what they hid, because no snapshot sees them; a cursor that pins an older view does.
   *
   * Two gaps that touch become one, at the larger of their sequences. The larger part is kept as
   * the older one of the new gap, for readers that took their sequence just before.
   */

  static final int MAX_GAPS = 128;
  private static final int MAX_WATCHES = 8;

  /** A gap that was cut so often and not used by any scan is dropped, because a cut takes time. */
  private static final int MAX_CUTS = 16;

  static final long LARGE_ENTRIES = 50_000;

  private static final Gap[] NO_GAPS = {};
  private static final GapWatch[] NO_WATCHES = {};
  private static final State NONE = new State(NO_GAPS, NO_WATCHES);

  /** The gaps, ascending and without a common key, and the watches, oldest first. */
  private static final class State {

    private final Gap[] gaps;
    private final GapWatch[] watches;

    State(Gap[] gaps, GapWatch[] watches) {
      this.gaps = gaps;
      this.watches = watches;
    }
  }

  private final LongSupplier visible;
  private final Supplier<@Nullable ReadView> currentView;
  private final int minEntries;

  private volatile Runnable whenLarge = () -> {};

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

  /** Sets what is done when a scan has stepped over {@value #LARGE_ENTRIES} entries in a row. */
  void whenLarge(Runnable action) {
    whenLarge = action;
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
  @Nullable Gap at(KeyBuffer key, ReadMoment reader) {
    return at(key.memory(), key.length(), reader);
  }

  /** The gap that a reader who is at a key skips, or null. */
  @Nullable Gap at(MemorySegment key, int length, ReadMoment reader) {
    Gap[] gaps = state.gaps;
    if (gaps.length == 0) {
      return null;
    }
    int next = firstEndingAfter(gaps, key, 0, length);
    return next == gaps.length ? null : use(gaps[next].at(key, length, reader), gaps[next]);
  }

  /** The gap that a reader of the keys before a key skips, or null. */
  @Nullable Gap before(KeyBuffer key, ReadMoment reader) {
    Gap[] gaps = state.gaps;
    if (gaps.length == 0) {
      return null;
    }
    MemorySegment memory = key.memory();
    int next = firstEndingAfter(gaps, memory, 0, key.length());
    Gap ended = next == 0 ? null : gaps[next - 1].before(memory, key.length(), reader);
    if (ended != null) {
      return use(ended, gaps[next - 1]);
    }
    return next == gaps.length
        ? null
        : use(gaps[next].before(memory, key.length(), reader), gaps[next]);
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
   * Called for each key that is put, by its writer, after it inserted the entry and before readers
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
    byte[] behind = StoreKey.successor(put);
    boolean hasLow = Arrays.compareUnsigned(gap.from, put) < 0;
    boolean hasHigh = Arrays.compareUnsigned(behind, gap.to) < 0;
    if (cuts > MAX_CUTS || !(hasLow || hasHigh)) {
      return NO_GAPS;
    }
    long entries = hasLow && hasHigh ? gap.entries / 2 : gap.entries;
    Gap low = hasLow ? new Gap(gap.from, put, gap.sequence, gap.clock, entries, null, cuts) : null;
    Gap high =
        hasHigh ? new Gap(behind, gap.to, gap.sequence, gap.clock, entries, null, cuts) : null;
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
    VarHandle.fullFence(); // readers of links need not read them in the total order
    watch.setSequence(visible.getAsLong());
    if (hasNewest(view)) {
      return watch;
    }
    abandon(watch);
    return null;
  }

  /** Adds a watch, unless it begins in a known gap, which this reader may be too old for. */
  private synchronized boolean add(GapWatch watch) {
    for (Gap gap : state.gaps) {
      if (watch.beginsIn(gap)) {
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

  /** Whether a view has all entries that were inserted before this call. */
  private boolean hasNewest(ReadView view) {
    ReadView current = currentView.get();
    if (current == null) {
      return false;
    }
    Generation[] newest = current.generations();
    Generation[] own = view.generations();
    if (newest.length == 0 || own.length == 0) {
      return newest.length == own.length && view.version().equals(current.version());
    }
    return newest[0].equals(own[0]);
  }

  /**
   * Ends a watch with what the walk has passed: the walk met no value, and no put that it does not
   * see.
   *
   * @param entries the entries that it met
   * @param clock the clock that a reader needs to find the same
   */
  void learn(GapWatch watch, byte[] from, byte[] to, long entries, long clock) {
    if (replace(watch, from, to, entries, clock) && entries >= LARGE_ENTRIES) {
      whenLarge.run();
    }
  }

  private synchronized boolean replace(
      GapWatch watch, byte[] from, byte[] to, long entries, long clock) {
    GapWatch[] rest = without(watch);
    if (rest == null) {
      return false;
    }
    byte[] low = Arrays.compareUnsigned(from, watch.from()) < 0 ? watch.from() : from;
    byte[] high = Arrays.compareUnsigned(to, watch.to()) > 0 ? watch.to() : to;
    boolean found =
        Arrays.compareUnsigned(low, high) < 0
            && Math.max(low.length, high.length) <= Gap.MAX_KEY_BYTES;
    // In one step: a writer sees the watch or the gap.
    set(
        found
            ? with(state.gaps, new Gap(low, high, watch.sequence(), clock, entries, null, 0))
            : state.gaps,
        rest);
    return found;
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
        Math.max(a.clock, b.clock),
        a.entries + b.entries,
        new Gap(larger.from, larger.to, larger.sequence, larger.clock, larger.entries, null, 0),
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
