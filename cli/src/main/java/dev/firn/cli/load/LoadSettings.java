package dev.firn.cli.load;

import dev.firn.Durability;
import org.jspecify.annotations.Nullable;

/**
 * How records go into a store.
 *
 * @param tree where records go that name no tree; of those that name one, only this tree's are
 *     loaded. Null: all of them
 * @param batchLines how many lines form a batch
 * @param durability what a batch outlives once it is counted as loaded
 * @param onError what a bad line does
 */
public record LoadSettings(
    @Nullable String tree, int batchLines, Durability durability, OnError onError) {

  /** A batch is written earlier when it has this many bytes, so that it always fits in memory. */
  static final long BATCH_BYTES = 16L << 20;
}
