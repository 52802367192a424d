package dev.firn.cli.workload;

import dev.firn.IndexedValueConsumer;
import dev.firn.ValueConsumer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts the values that a store passes in place and that were written for their numbers.
 *
 * <p><b>Threading.</b> Belongs to one client.
 */
final class ValueCheck implements ValueConsumer, IndexedValueConsumer {

  private final long[] one = new long[1];
  private long[] numbers = one;
  private MemorySegment[] keys = {};
  private @Nullable Expected expected;

  /** The count of values with the right bytes. */
  int matching;

  /** The next value must be that of a number. */
  void begin(Expected wanted, long number) {
    one[0] = number;
    begin(wanted, one);
  }

  /** The next values must be those of their numbers. */
  void begin(Expected wanted, long[] each) {
    expected = wanted;
    numbers = each;
    matching = 0;
  }

  /** The keys of numbers, in memory that the next call uses again. */
  MemorySegment[] keys(long[] each, BenchKey key) {
    if (keys.length != each.length) {
      keys = new MemorySegment[each.length];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = Arena.ofAuto().allocate(key.memory().byteSize());
      }
    }
    for (int i = 0; i < keys.length; i++) {
      keys[i].copyFrom(key.set(each[i]));
    }
    return keys;
  }

  @Override
  public void accept(MemorySegment memory, long offset, long length) {
    accept(0, memory, offset, length);
  }

  @Override
  public void accept(int index, MemorySegment memory, long offset, long length) {
    Expected wanted = Objects.requireNonNull(expected);
    if (wanted.matches(numbers[index], memory, offset, length)) {
      matching++;
    }
  }
}
