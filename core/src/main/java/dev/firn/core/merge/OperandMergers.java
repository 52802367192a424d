package dev.firn.core.merge;

import org.jspecify.annotations.Nullable;

/**
 * The mergers of a store's trees.
 *
 * <p><b>Threading.</b> Any thread.
 */
public interface OperandMergers {

  /** For stores without merge operands. */
  OperandMergers NONE =
      new OperandMergers() {
        @Override
        public @Nullable OperandMerger of(int tree) {
          return null;
        }

        @Override
        public void failed(int tree, Throwable cause) {
          // No merger, no failure.
        }
      };

  /** The merger of a tree; null if it is not known. */
  @Nullable OperandMerger of(int tree);

  /** Told when a flush or a compaction has kept operands because their merger failed. */
  void failed(int tree, Throwable cause);
}
