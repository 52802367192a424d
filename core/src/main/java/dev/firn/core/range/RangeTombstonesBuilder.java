package dev.firn.core.range;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes {@link RangeTombstones} of fragments in ascending order, and joins those that are adjacent
 * and have the same sequences.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
public final class RangeTombstonesBuilder {

  private final List<byte[]> starts = new ArrayList<>();
  private final List<byte[]> ends = new ArrayList<>();
  private int[] firsts = new int[16];
  private long[] sequences = new long[16];
  private int count;

  /** Without fragments. */
  public RangeTombstonesBuilder() {}

  /** Begins a fragment, after the preceding ones. */
  public void begin(byte[] start, byte[] end) {
    endFragment();
    starts.add(start);
    ends.add(end);
    if (firsts.length <= starts.size()) {
      firsts = Arrays.copyOf(firsts, 2 * firsts.length);
    }
    firsts[starts.size()] = count;
  }

  /** Adds a sequence to the fragment, smaller than its preceding ones. */
  public void sequence(long sequence) {
    if (count == sequences.length) {
      sequences = Arrays.copyOf(sequences, 2 * count);
    }
    sequences[count++] = sequence;
  }

  /** Drops the last fragment if it has no sequence, joins it with the one before if it may. */
  private void endFragment() {
    int last = starts.size() - 1;
    if (last < 0) {
      return;
    }
    firsts[last + 1] = count;
    boolean isEmpty = firsts[last] == count;
    boolean continues = !isEmpty && last > 0 && continues(last);
    if (continues) {
      ends.set(last - 1, ends.get(last));
      count = firsts[last];
    }
    if (isEmpty || continues) {
      starts.removeLast();
      ends.removeLast();
    }
  }

  private boolean continues(int fragment) {
    return Arrays.equals(ends.get(fragment - 1), starts.get(fragment))
        && Arrays.equals(
            sequences,
            firsts[fragment - 1],
            firsts[fragment],
            sequences,
            firsts[fragment],
            firsts[fragment + 1]);
  }

  /** The fragments. */
  public RangeTombstones build() {
    endFragment();
    return starts.isEmpty()
        ? RangeTombstones.EMPTY
        : new RangeTombstones(
            starts.toArray(byte[][]::new),
            ends.toArray(byte[][]::new),
            Arrays.copyOf(firsts, starts.size() + 1),
            Arrays.copyOf(sequences, count));
  }
}
