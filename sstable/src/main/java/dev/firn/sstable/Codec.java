package dev.firn.sstable;

/** How a block is compressed. The codes are on disk: never renumbered, never reused. */
public enum Codec {
  /** No compression: blocks are read in place. */
  NONE(0),
  /** LZ4 block format. */
  LZ4(1);
  // 2 is reserved for Zstandard.

  private final int code;

  Codec(int code) {
    this.code = code;
  }

  /** The code on disk. */
  int code() {
    return code;
  }
}
