package dev.firn.engine.repair;

import org.jspecify.annotations.Nullable;

/**
 * Entries that may be lost, because a part of a file cannot be read.
 *
 * @param file the path of the file
 * @param offset where the part starts in it
 * @param tree the name of the tree of the entries; null if they may be of any
 * @param from the first key that may be concerned; null for the first of the tree
 * @param to the last key that may be concerned; null for the last of the tree
 * @param firstSequence the smallest sequence that the entries may have
 * @param lastSequence the largest; {@link #UNKNOWN} if it is not known
 */
public record Loss(
    String file,
    long offset,
    @Nullable String tree,
    byte @Nullable [] from,
    byte @Nullable [] to,
    long firstSequence,
    long lastSequence) {

  /** What {@link #lastSequence} is when the newest entries may be concerned. */
  public static final long UNKNOWN = -1;
}
