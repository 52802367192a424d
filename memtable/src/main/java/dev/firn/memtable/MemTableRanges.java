package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import dev.firn.core.range.RangeBounds;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstone;
import dev.firn.core.range.RangeTombstones;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The range tombstones of a memtable at one moment. Adding one makes the next moment.
 *
 * <p><b>Threading.</b> Immutable; only what follows {@link #count} in the array may change.
 */
public final class MemTableRanges implements RangeSource {

  /*
   * The older tombstones are cut into fragments, the newest ones are not yet: a search asks both,
   * the latter one by one. When there are many of the latter, all are cut again. So n additions
   * take O(n * n / MAX_PENDING) short steps at worst, about 10 microseconds for each of 10,000.
   *
   * A fragment keeps its newest sequences only. Otherwise ranges that contain one another, such as
   * those of a retention by time, would need n * n / 2 of them. A reader that is older than all
   * that a fragment kept asks all tombstones one by one: it reads a snapshot, or beside a writer
   * of many tombstones.
   */

  /** Tombstones that are not cut into fragments yet. */
  private static final int MIN_PENDING = 32;

  /** More of them may wait where there are many fragments: one for this many. */
  private static final int FRAGMENTS_PER_PENDING = 128;

  /** Max sequences of a fragment. */
  private static final int DEPTH = 4;

  private final RangeTombstone[] all;
  private final int count;

  /** How many of all are in the fragments. */
  private final int cut;

  private final RangeTombstones fragments;

  private MemTableRanges(RangeTombstone[] all, int count, int cut, RangeTombstones fragments) {
    this.all = all;
    this.count = count;
    this.cut = cut;
    this.fragments = fragments;
  }

  static MemTableRanges of(RangeTombstone first) {
    return new MemTableRanges(new RangeTombstone[] {first}, 1, 0, RangeTombstones.EMPTY);
  }

  /** The same with another tombstone. Called once, and by one thread at a time. */
  MemTableRanges with(RangeTombstone added) {
    RangeTombstone[] grown = count < all.length ? all : Arrays.copyOf(all, 2 * count);
    grown[count] = added;
    int pending = count + 1 - cut;
    if (pending <= MIN_PENDING + fragments.size() / FRAGMENTS_PER_PENDING) {
      return new MemTableRanges(grown, count + 1, cut, fragments);
    }
    RangeFragmenter fragmenter = new RangeFragmenter();
    fragmenter.add(fragments);
    for (int i = cut; i <= count; i++) {
      fragmenter.add(grown[i]);
    }
    return new MemTableRanges(
        grown, count + 1, count + 1, fragmenter.build(RangeRetention.newest(DEPTH)));
  }

  /** The count of tombstones. */
  public int count() {
    return count;
  }

  /** The count of fragments. */
  int fragments() {
    return fragments.size();
  }

  /** Passes on all tombstones. */
  public void forEach(Consumer<RangeTombstone> action) {
    for (int i = 0; i < count; i++) {
      action.accept(all[i]);
    }
  }

  /** The sequence of the newest tombstone that covers a key, or {@link #NONE}. */
  public long newest(MemorySegment key, long offset, int length, long maxSequence) {
    long newest = NONE;
    int from = cut;
    int at = fragments.find(key, offset, length);
    if (at >= 0) {
      newest = fragments.newest(at, maxSequence);
      from = isUnknown(at, newest) ? 0 : cut;
    }
    for (int i = from; i < count; i++) {
      RangeTombstone tombstone = all[i];
      long sequence = tombstone.sequence();
      if (sequence > newest
          && sequence <= maxSequence
          && KeyOrder.compare(key, offset, length, tombstone.start()) >= 0
          && KeyOrder.compare(key, offset, length, tombstone.end()) < 0) {
        newest = sequence;
      }
    }
    return newest;
  }

  /** Whether a fragment may have had an older sequence that it did not keep. */
  private boolean isUnknown(int fragment, long newest) {
    return newest == NONE && fragments.depth(fragment) == DEPTH;
  }

  @Override
  public long newest(
      MemorySegment key, long offset, int length, long maxSequence, RangeBounds bounds) {
    long newest = fragments.newest(key, offset, length, maxSequence, bounds);
    int from = cut;
    if (newest == NONE && !fragments.isEmpty()) {
      int at = fragments.find(key, offset, length);
      from = at >= 0 && isUnknown(at, newest) ? 0 : cut;
    }
    for (int i = from; i < count; i++) {
      RangeTombstone tombstone = all[i];
      if (tombstone.sequence() > maxSequence) {
        continue;
      }
      if (KeyOrder.compare(key, offset, length, tombstone.start()) < 0) {
        bounds.lessThan(tombstone.start());
      } else if (KeyOrder.compare(key, offset, length, tombstone.end()) >= 0) {
        bounds.atLeast(tombstone.end());
      } else {
        bounds.atLeast(tombstone.start());
        bounds.lessThan(tombstone.end());
        newest = Math.max(newest, tombstone.sequence());
      }
    }
    return newest;
  }

  @Override
  public String toString() {
    return count + " range tombstones";
  }
}
