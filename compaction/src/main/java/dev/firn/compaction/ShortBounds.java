package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces long first and last keys of tables by short bounds, so that the manifest and the memory
 * of a store with long keys stay small. A bound may be outside the table's keys, but not within
 * those of the next table of the run: all who use a key range take it for a superset.
 */
final class ShortBounds {

  /** Keys up to this length stay as they are. */
  static final int MAX_KEY_BYTES = 64;

  private ShortBounds() {}

  /**
   * Shortens the bounds of new tables.
   *
   * @param tables new tables of a run, ascending
   * @param neighbours the other tables of the run in the range of the new ones, and one on either
   *     side
   */
  static List<TableMetadata> of(List<TableMetadata> tables, List<TableMetadata> neighbours) {
    if (tables.stream().noneMatch(table -> table.keyBytes() > MAX_KEY_BYTES)) {
      return tables;
    }
    Set<Long> fresh = new HashSet<>();
    tables.forEach(table -> fresh.add(table.number()));
    List<TableMetadata> all = new ArrayList<>(tables);
    all.addAll(neighbours);
    all.sort((a, b) -> a.compareSmallest(b.smallestKey()));
    List<TableMetadata> shortened = new ArrayList<>(tables.size());
    byte[] before = null;
    for (int i = 0; i < all.size(); i++) {
      TableMetadata table = all.get(i);
      byte[] after = i + 1 < all.size() ? all.get(i + 1).smallestKey() : null;
      if (fresh.contains(table.number())) {
        byte[] lower = lower(table.smallestKey(), before);
        byte[] upper = upper(table.largestKey(), after);
        table = table.withBounds(lower, upper);
        shortened.add(table);
      }
      before = table.largestKey();
    }
    return shortened;
  }

  /** A prefix of a key that is after another one, which is before the key. */
  static byte[] lower(byte[] key, byte @Nullable [] before) {
    int common = before == null ? 0 : common(key, before);
    int length = Math.max(MAX_KEY_BYTES, common + 1);
    return length >= key.length ? key : Arrays.copyOf(key, length);
  }

  /** A short key after a key and before another one, which is after the key; or the key. */
  static byte[] upper(byte[] key, byte @Nullable [] after) {
    int common = after == null ? 0 : common(key, after);
    // The byte after the first difference may rise: the difference itself keeps the order.
    int last = Math.max(MAX_KEY_BYTES - 1, common + 1);
    while (last < key.length && key[last] == (byte) 0xff) {
      last++;
    }
    if (last >= key.length - 1) {
      return key;
    }
    byte[] upper = Arrays.copyOf(key, last + 1);
    upper[last]++;
    return upper;
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }
}
