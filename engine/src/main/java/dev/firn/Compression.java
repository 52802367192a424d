package dev.firn;

/** How the blocks of tables are compressed. */
public enum Compression {
  /** Not at all: blocks are read in place, without a copy. */
  NONE,
  /** LZ4: about half the size for typical values, at a small cost a block. */
  LZ4
}
