package dev.firn.sstable;

/**
 * The layout of the index section. Each data block has a fence: in the order of internal keys, all
 * entries of the preceding blocks are before the fence, and all entries of this and the following
 * blocks are at or after it. The first fence is before all entries.
 *
 * <pre>
 *    size  field                (from the first aligned offset in the section on)
 *     8*N  words                the first 8 bytes of each fence after the shared bytes, as a
 *                               big-endian number filled up with zeros
 *   8*N+8  blocks               the offset of each block's section, doubled, plus 1 if it is
 *                               compressed; then the end of the last one, doubled
 *   8*N+8  fences               the start of each fence in the fence area, doubled, plus 1 if it is
 *                               exact; then the end of the last one, doubled
 *       S  shared               the prefix that all keys of the table share
 *          fence area           each fence without the shared bytes
 * </pre>
 *
 * <p>N, the number of data blocks, and S are in the properties. A fence is a key and sorts before
 * all entries of that key, whatever their trailers. An exact fence is needed where the entries of
 * one key continue in the next block: its last 8 bytes are a trailer, and it sorts before the
 * entries of the key with this trailer or a smaller one.
 */
final class IndexFormat {

  private IndexFormat() {}

  /** Start of the array of blocks, from the first word. */
  static long blocks(long blocks) {
    return Long.BYTES * blocks;
  }

  /** Start of the array of fences, from the first word. */
  static long fences(long blocks) {
    return blocks(blocks) + Long.BYTES * (blocks + 1);
  }

  /** Start of the shared bytes, from the first word. */
  static long shared(long blocks) {
    return fences(blocks) + Long.BYTES * (blocks + 1);
  }
}
