package dev.firn.sstable;

/**
 * The decompressed blocks of all tables of a store.
 *
 * <p><b>Threading.</b> Any thread may call.
 *
 * <p><b>Ownership.</b> Closed by its creator, after all tables that use it.
 */
public final class BlockCache implements AutoCloseable {

  private final long capacityBytes;
  private final ScratchPool scratches = new ScratchPool();

  /** A cache that keeps about this many bytes of blocks. */
  public BlockCache(long capacityBytes) {
    if (capacityBytes < 0) {
      throw new IllegalArgumentException("capacityBytes=" + capacityBytes);
    }
    this.capacityBytes = capacityBytes;
  }

  /** How many bytes of blocks are kept at most, as long as they are not in use. */
  public long capacityBytes() {
    return capacityBytes;
  }

  ScratchPool scratches() {
    return scratches;
  }

  /** Frees all memory. Idempotent. */
  @Override
  public void close() {}
}
