package dev.firn.core.range;

import java.util.NavigableSet;
import java.util.function.LongConsumer;

/** Which of the tombstones that cover the same keys are kept. */
public interface RangeRetention {

  /** All of them. */
  RangeRetention ALL =
      (sequences, kept) -> {
        for (long sequence : sequences.descendingSet()) {
          kept.accept(sequence);
        }
      };

  /**
   * Passes on what is kept.
   *
   * @param sequences the tombstones' sequences; not empty
   * @param kept receives sequences, descending
   */
  void retain(NavigableSet<Long> sequences, LongConsumer kept);

  /** The newest ones, at most {@code count}. */
  static RangeRetention newest(int count) {
    return (sequences, kept) -> {
      int left = count;
      for (long sequence : sequences.descendingSet()) {
        if (left-- == 0) {
          break;
        }
        kept.accept(sequence);
      }
    };
  }

  /**
   * What readers may see: those above the last boundary, and the newest between two boundaries.
   *
   * @param boundaries the sequences at which readers read, ascending; later readers read at or
   *     above the last one
   */
  static RangeRetention at(long[] boundaries) {
    long[] own = boundaries.clone();
    return (sequences, kept) -> {
      long last = own[own.length - 1];
      for (long sequence : sequences.tailSet(last, false).descendingSet()) {
        kept.accept(sequence);
      }
      long below = Long.MAX_VALUE;
      for (int i = own.length - 1; i >= 0; i--) {
        Long found = own[i] < below ? sequences.floor(own[i]) : null;
        if (found != null) {
          kept.accept(found);
          below = found;
        }
      }
    };
  }
}
