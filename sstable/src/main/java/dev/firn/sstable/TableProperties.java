package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.StoreKey;
import dev.firn.sstable.GarbageStats.TreeBytes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties section of a table: what the table holds and how it was written.
 *
 * <pre>
 *  offset  size  field
 *       0     8  table number
 *       8     8  entries
 *      16     8  deletions
 *      24     8  smallest sequence
 *      32     8  largest sequence
 *      40     8  data bytes           store keys and values, uncompressed
 *      48     4  blocks
 *      52     4  block bytes          the writer's option
 *      56     4  restart interval     the writer's option
 *      60     4  filter bits per key  the writer's option
 *      64     4  filter probes        0 if there is no filter
 *      68     4  smallest key length  K
 *      72     4  largest key length   L
 *      76     4  shared bytes         length of the prefix that all keys share
 *      80     K  smallest key
 *             L  largest key
 *
 *  then, if the table has entries of several trees, old versions or deletions, or an origin:
 *     0     8  hidden           entries that follow a newer entry of their key
 *     8     8  oldest deletion  seconds since 1970; 0 if there is none
 *    16     4  trees            that have entries
 *    20     4  T                length of the list: the largest trees if there are several, by id
 *    24  12*T  tree id (4), data bytes (8)
 *          16  in a table with range tombstones: their count, and the bytes that they covered
 *          24  in a table of version 4: how many entries expire, when the first of them does, and
 *              the last, in milliseconds since 1970
 *              where the table comes from, see {@link TableOrigin}; may be missing
 * </pre>
 *
 * @param metadata what the table holds
 * @param blocks data block count
 * @param layout the options that the table was written with
 * @param filterProbes filter bits that each key sets; 0 if there is no filter
 * @param sharedBytes length of the prefix that all keys share
 */
record TableProperties(
    TableMetadata metadata, int blocks, Layout layout, int filterProbes, int sharedBytes) {

  /**
   * The options that a table was written with. Informative: no reader needs them.
   *
   * @param blockBytes see {@link TableOptions#blockBytes}
   * @param restartInterval see {@link TableOptions#restartInterval}
   * @param filterBitsPerKey see {@link TableOptions#filterBitsPerKey}
   */
  record Layout(int blockBytes, int restartInterval, int filterBitsPerKey) {}

  static final int HEADER_BYTES = 80;

  private static final int GARBAGE_BYTES = 24;
  private static final int TREE_BYTES = 12;
  private static final int RANGE_BYTES = 16;
  private static final int EXPIRY_BYTES = 24;

  /** Max length of the section. */
  static final int MAX_BYTES =
      HEADER_BYTES
          + 2 * StoreKey.MAX_BYTES
          + GARBAGE_BYTES
          + GarbageStats.MAX_TREES * TREE_BYTES
          + RANGE_BYTES
          + EXPIRY_BYTES
          + TableOrigin.MAX_BYTES
          + TableFormat.TRAILER_BYTES;

  /** Writes the section. */
  void write(TableOutput out, @Nullable TableOrigin origin) {
    byte[] smallest = metadata.smallestKey();
    byte[] largest = metadata.largestKey();
    out.begin();
    out.putLong(metadata.number());
    out.putLong(metadata.entries());
    out.putLong(metadata.deletions());
    out.putLong(metadata.smallestSequence());
    out.putLong(metadata.largestSequence());
    out.putLong(metadata.dataBytes());
    out.putInt(blocks);
    out.putInt(layout.blockBytes());
    out.putInt(layout.restartInterval());
    out.putInt(layout.filterBitsPerKey());
    out.putInt(filterProbes);
    out.putInt(smallest.length);
    out.putInt(largest.length);
    out.putInt(sharedBytes);
    out.put(smallest, smallest.length);
    out.put(largest, largest.length);
    if (origin != null || metadata.expires() || !metadata.garbage().equals(GarbageStats.NONE)) {
      write(metadata.garbage(), out);
    }
    if (metadata.expires()) {
      out.putLong(metadata.expiry().entries());
      out.putLong(metadata.expiry().earliest());
      out.putLong(metadata.expiry().latest());
    }
    if (origin != null) {
      origin.write(out);
    }
    out.end(Codec.NONE);
  }

  private static void write(GarbageStats garbage, TableOutput out) {
    out.putLong(garbage.hidden());
    out.putLong(garbage.oldestDeletion());
    out.putInt(garbage.trees());
    out.putInt(garbage.largestTrees().size());
    for (TreeBytes tree : garbage.largestTrees()) {
      out.putInt(tree.tree());
      out.putLong(tree.bytes());
    }
    if (garbage.rangeDeletions() > 0) {
      out.putLong(garbage.rangeDeletions());
      out.putLong(garbage.coveredBytes());
    }
  }

  /** Reads, checks and decodes the section. */
  static TableProperties read(TableFile file, Footer footer, ReadScratch scratch) {
    long start = footer.properties();
    long end = file.size() - footer.bytes();
    if (end - start > MAX_BYTES) {
      throw file.corrupt(start, "properties", (end - start) + " bytes");
    }
    int length = file.load(start, end, Codec.NONE, scratch);
    TableProperties properties = decode(scratch.memory(), length, file.size(), footer);
    if (properties == null
        || properties.metadata().number() != file.number()
        || properties.blocks() > footer.filter() / TableFormat.MIN_BLOCK_SECTION_BYTES
        || (properties.filterProbes() == 0) != (footer.filter() == footer.index())) {
      throw file.corrupt(start, "the properties of table " + file.number(), "other properties");
    }
    return properties;
  }

  /** Where the table comes from; null if it does not say. The section was read before. */
  static @Nullable TableOrigin readOrigin(TableFile file, Footer footer, ReadScratch scratch) {
    int length = file.load(footer.properties(), file.size() - footer.bytes(), Codec.NONE, scratch);
    MemorySegment source = scratch.memory();
    long end = HEADER_BYTES + source.get(U32, 68) + (long) source.get(U32, 72);
    int rangeBytes = footer.hasRanges() ? RANGE_BYTES : 0;
    long at = end + garbageBytes(source, end, length - end, rangeBytes) + expiryBytes(footer);
    return at == length ? null : TableOrigin.decode(source, at, length - at);
  }

  /** Decodes the section's content; null if no writer writes it. */
  private static @Nullable TableProperties decode(
      MemorySegment source, int length, long fileBytes, Footer footer) {
    if (length < HEADER_BYTES) {
      return null;
    }
    long smallest = source.get(U32, 68) & 0xffff_ffffL;
    long largest = source.get(U32, 72) & 0xffff_ffffL;
    if (smallest > StoreKey.MAX_BYTES || largest > StoreKey.MAX_BYTES) {
      return null;
    }
    long end = HEADER_BYTES + smallest + largest;
    int rangeBytes = footer.hasRanges() ? RANGE_BYTES : 0;
    long garbageBytes = garbageBytes(source, end, length - end, rangeBytes);
    long expiryAt = end + garbageBytes;
    long originAt = expiryAt + expiryBytes(footer);
    if (end > length || originAt > length) {
      return null;
    }
    GarbageStats garbage = garbage(source, end, garbageBytes, rangeBytes);
    if (garbage == null || (garbage.rangeDeletions() > 0) != footer.hasRanges()) {
      return null;
    }
    if (originAt < length && TableOrigin.decode(source, originAt, length - originAt) == null) {
      return null;
    }
    ExpiryStats expiry =
        footer.expires()
            ? new ExpiryStats(
                source.get(U64, expiryAt),
                source.get(U64, expiryAt + 8),
                source.get(U64, expiryAt + 16))
            : ExpiryStats.NONE;
    EntryStats stats =
        new EntryStats(
            source.get(U64, 8),
            source.get(U64, 16),
            source.get(U64, 40),
            source.get(U64, 24),
            source.get(U64, 32),
            garbage,
            expiry);
    TableMetadata metadata =
        new TableMetadata(
            source.get(U64, 0),
            fileBytes,
            TableMetadata.copyKey(source, HEADER_BYTES, (int) smallest),
            TableMetadata.copyKey(source, HEADER_BYTES + smallest, (int) largest),
            stats,
            footer.id());
    Layout layout = new Layout(source.get(U32, 52), source.get(U32, 56), source.get(U32, 60));
    TableProperties properties =
        new TableProperties(
            metadata, source.get(U32, 48), layout, source.get(U32, 64), source.get(U32, 76));
    return properties.isSound() ? properties : null;
  }

  private static long expiryBytes(Footer footer) {
    return footer.expires() ? EXPIRY_BYTES : 0;
  }

  /** The length of the statistics of garbage, which may be more than there is. */
  private static long garbageBytes(MemorySegment source, long at, long rest, int rangeBytes) {
    return rest < GARBAGE_BYTES
        ? rest
        : GARBAGE_BYTES + (source.get(U32, at + 20) & 0xffff_ffffL) * TREE_BYTES + rangeBytes;
  }

  private static @Nullable GarbageStats garbage(
      MemorySegment source, long at, long length, int rangeBytes) {
    if (length == 0) {
      return GarbageStats.NONE;
    }
    if (length < GARBAGE_BYTES + rangeBytes) {
      return null;
    }
    long trees = source.get(U32, at + 20) & 0xffff_ffffL;
    if (trees > GarbageStats.MAX_TREES) {
      return null;
    }
    List<TreeBytes> largest = new ArrayList<>();
    long ranges = at + length - rangeBytes;
    for (long tree = at + GARBAGE_BYTES; tree < ranges; tree += TREE_BYTES) {
      largest.add(new TreeBytes(source.get(U32, tree), source.get(U64, tree + 4)));
    }
    return new GarbageStats(
        source.get(U64, at),
        source.get(U64, at + 8),
        source.get(U32, at + 16),
        largest,
        rangeBytes == 0 ? 0 : source.get(U64, ranges),
        rangeBytes == 0 ? 0 : source.get(U64, ranges + 8));
  }

  private boolean isSound() {
    return metadata.entries() > 0
        && metadata.garbage().isSound(metadata.stats())
        && metadata.expiry().isSound(metadata.stats())
        && metadata.deletions() >= 0
        && metadata.deletions() <= metadata.entries()
        && blocks > 0
        && blocks <= metadata.entries()
        && sharedBytes >= 0
        && sharedBytes <= StoreKey.MAX_BYTES
        && filterProbes >= 0
        && filterProbes <= FilterFormat.MAX_PROBES;
  }
}
