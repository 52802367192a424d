package dev.firn.cli.load;

import dev.firn.Durability;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a load.
 *
 * @param tree for records that name no tree; of those that name one, only this tree's are loaded.
 *     Null: all of them
 * @param batchLines lines in a batch
 * @param durability of each batch
 * @param onError what follows a bad line
 */
public record LoadSettings(
    @Nullable String tree, int batchLines, Durability durability, OnError onError) {

  /** Size at which a batch is written earlier, so that it always fits in memory. */
  static final long BATCH_BYTES = 16L << 20;
}
