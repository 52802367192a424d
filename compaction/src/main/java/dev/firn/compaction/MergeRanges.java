package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.core.StoreKey;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstones;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.TreeCatalogue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The range tombstones of a merge or flush.
 *
 * <p>Of those that cover the same keys between two boundaries, the newest alone counts. They remove
 * entries as if each key that they cover had a deletion of its own. Those that all readers see are
 * kept only where a table outside the merge may hold older entries: exactly there, because
 * elsewhere the entries of the output may lose their sequence, see {@link MergeLoop}.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * @param all what removes entries
 * @param kept what the output keeps of them
 * @param oldestReader the first boundary
 */
record MergeRanges(RangeTombstones all, RangeTombstones kept, long oldestReader) {

  /** No range tombstones. */
  static final MergeRanges NONE = new MergeRanges(RangeTombstones.EMPTY, RangeTombstones.EMPTY, 0);

  /** Those of a flush, which keeps all that readers may see. */
  static MergeRanges of(RangeFragmenter added, Boundaries boundaries, TreeCatalogue trees) {
    if (added.isEmpty()) {
      return NONE;
    }
    RangeTombstones all = added.build(RangeRetention.at(boundaries.sequences()));
    return new MergeRanges(
        all, kept(all, boundaries.sequence(0), trees, null), boundaries.sequence(0));
  }

  /** Those of a merge's sources. */
  static MergeRanges of(
      Merge merge,
      Collection<Table> tables,
      Boundaries boundaries,
      TreeCatalogue trees,
      TombstoneElision elision) {
    if (!haveRanges(merge)) {
      return NONE;
    }
    RangeFragmenter fragmenter = new RangeFragmenter();
    tables.forEach(table -> fragmenter.add(table.ranges()));
    RangeTombstones all = fragmenter.build(RangeRetention.at(boundaries.sequences()));
    return new MergeRanges(
        all, kept(all, boundaries.sequence(0), trees, elision), boundaries.sequence(0));
  }

  private static boolean haveRanges(Merge merge) {
    return merge.sources().stream()
        .flatMap(source -> source.tables().stream())
        .anyMatch(table -> table.rangeDeletions() > 0);
  }

  private static RangeTombstones kept(
      RangeTombstones all,
      long oldestReader,
      TreeCatalogue trees,
      @Nullable TombstoneElision elision) {
    RangeFragmenter kept = new RangeFragmenter();
    for (int i = 0; i < all.size(); i++) {
      if (trees.contains(ByteBuffer.wrap(all.start(i)).getInt())) {
        keep(all, i, oldestReader, elision, kept);
      }
    }
    return kept.build(RangeRetention.ALL);
  }

  private static void keep(
      RangeTombstones all,
      int fragment,
      long oldestReader,
      @Nullable TombstoneElision elision,
      RangeFragmenter kept) {
    byte[] start = all.start(fragment);
    byte[] end = all.end(fragment);
    for (int j = 0; j < all.depth(fragment); j++) {
      long[] sequence = {all.sequence(fragment, j)};
      if (elision == null || sequence[0] > oldestReader) {
        kept.add(start, end, sequence);
      } else {
        elision.forEachOlder(start, end, (from, to) -> kept.add(from, to, sequence));
      }
    }
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The tables of which every entry is hidden from every reader: they need not be read. */
  Set<Long> covered(Merge merge) {
    Set<Long> found = new HashSet<>();
    if (!isEmpty()) {
      for (Source source : merge.sources()) {
        for (TableMetadata table : source.tables()) {
          if (covers(table)) {
            found.add(table.number());
          }
        }
      }
    }
    return found;
  }

  private boolean covers(TableMetadata table) {
    byte[] from = table.smallestKey();
    byte[] end = StoreKey.successor(table.largestKey());
    for (int i = all.firstEndingAfter(from); i < all.size(); i++) {
      long sequence = all.newest(i, oldestReader);
      boolean covers =
          Arrays.compareUnsigned(all.start(i), from) <= 0
              && sequence != RangeSource.NONE
              && sequence > table.largestSequence();
      if (!covers) {
        return false;
      }
      from = all.end(i);
      if (Arrays.compareUnsigned(from, end) >= 0) {
        return true;
      }
    }
    return false;
  }
}
