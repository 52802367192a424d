package dev.firn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Combines the value of a key with operands that were written to it, see {@link
 * TreeOptions.Builder#mergeOperator}.
 *
 * <p>Equal arguments must always give equal results, in every process that opens the store: an
 * operand may be applied by a read, a flush or a compaction, and more than once.
 *
 * <p><b>Threading.</b> Any number of threads call it at the same time. <b>Keys and values.</b>
 * Arguments are only read, and not used after the call.
 */
public interface MergeOperator {

  /** Returns the name by which the store knows the operator: 1 to 255 bytes in UTF-8. */
  String name();

  /**
   * Returns the value of a key after operands.
   *
   * @param existing the value before the operands, or null when the key has none
   * @param operands at least one, from the oldest to the newest
   */
  byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands);

  /**
   * Returns one operand with the effect of two that follow one another, or null when there is none.
   */
  default byte @Nullable [] combine(byte[] key, byte[] older, byte[] newer) {
    return null;
  }
}
