package dev.firn.sstable;

/**
 * The layout of the index section. There is one fence for each data block: everything in the blocks
 * before is before the fence, everything in this block and behind it is at the fence or after it,
 * in the order of internal keys. The first fence is before everything.
 *
 * <pre>
 *    size  field                (from the first aligned offset in the section on)
 *     8*N  words                the first 8 bytes of each fence behind the shared ones, as a
 *                               big-endian number filled up with zeros
 *   8*N+8  blocks               where each block's section starts, doubled, plus 1 if it is
 *                               compressed; then the end of the last one, doubled
 *   8*N+8  fences               where each fence starts in the fence area, doubled, plus 1 if it is
 *                               exact; then the end of the last one, doubled
 *       S  shared               what all keys of the table have at their start
 *          fence area           of each fence what lies behind the shared bytes
 * </pre>
 *
 * <p>N, the number of data blocks, and S are in the properties. A fence is a key and stands before
 * all entries of that key, whatever their trailers. An exact fence, needed where the entries of one
 * key continue in the next block, has a trailer as the last 8 bytes of its range and stands before
 * the entries of that key with this trailer or a smaller one.
 */
final class IndexFormat {

  private IndexFormat() {}

  /** Where the array of blocks starts. */
  static long blocks(long blocks) {
    return Long.BYTES * blocks;
  }

  /** Where the array of fences starts. */
  static long fences(long blocks) {
    return blocks(blocks) + Long.BYTES * (blocks + 1);
  }

  /** Where the shared bytes start. */
  static long shared(long blocks) {
    return fences(blocks) + Long.BYTES * (blocks + 1);
  }
}
