package dev.firn.core.merge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operands of a tree do. The results depend on the arguments alone: operands are applied
 * again and again, by readers, flushes and compactions.
 *
 * <p><b>Threading.</b> Any number of threads at the same time.
 */
public interface OperandMerger {

  /**
   * The value of a key after some operands.
   *
   * @param key the user key
   * @param value the value before; null if there is none
   * @param operands at least one, oldest first
   */
  byte[] apply(byte[] key, byte @Nullable [] value, List<byte[]> operands);

  /**
   * One operand that does what some operands do together.
   *
   * @param key the user key
   * @param operands at least two, oldest first
   * @return the operand, or null if there is none
   */
  byte @Nullable [] combine(byte[] key, List<byte[]> operands);
}
