package dev.firn.compaction;

import dev.firn.core.KeyOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A position among sorted keys that advances with the keys of a merge: a search that never goes
 * back.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The memory is the arena's.
 */
final class SortedKeyScan {

  private final MemorySegment keys;
  private final long[] ends;
  private int passed;
  private boolean onKey;

  /**
   * @param sorted the keys, ascending
   */
  SortedKeyScan(Arena arena, List<byte[]> sorted) {
    ends = new long[sorted.size() + 1];
    for (int i = 0; i < sorted.size(); i++) {
      ends[i + 1] = ends[i] + sorted.get(i).length;
    }
    keys = arena.allocate(ends[sorted.size()]);
    for (int i = 0; i < sorted.size(); i++) {
      byte[] key = sorted.get(i);
      MemorySegment.copy(key, 0, keys, ValueLayout.JAVA_BYTE, ends[i], key.length);
    }
  }

  /** How many of the sorted keys are below a key, which must not be below the previous one. */
  int passed(MemorySegment key, long offset, int length) {
    onKey = false;
    while (passed < ends.length - 1) {
      long start = ends[passed];
      int order =
          KeyOrder.compare(keys, start, (int) (ends[passed + 1] - start), key, offset, length);
      if (order >= 0) {
        onKey = order == 0;
        break;
      }
      passed++;
    }
    return passed;
  }

  /** Whether the key given last is one of the sorted keys. */
  boolean isOnKey() {
    return onKey;
  }
}
