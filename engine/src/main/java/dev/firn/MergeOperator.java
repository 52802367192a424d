package dev.firn;

import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes the value of a key by operands that were written to it with {@link Tree#merge}: nothing
 * is read for such a write. See {@link TreeOptions.Builder#mergeOperator}.
 *
 * <pre>{@code
 * TreeOptions counting = TreeOptions.builder().mergeOperator(MergeOperator.counter()).build();
 * Tree visits = store.tree("visits", counting);
 * visits.merge(page, MergeOperator.ofLong(1));
 * long count = MergeOperator.toLong(visits.get(page));
 * }</pre>
 *
 * <p>Operands are applied when a key is read, and for good by flushes and compactions. So equal
 * arguments must always give equal results, in every process that opens the store; and an operator
 * must not call the store.
 *
 * <p>If an operator throws or returns null, a read throws a {@link dev.firn.error.MergeException}
 * with the tree and the key; flushes and compactions keep the operands as they are, and {@link
 * Store#health} has the first such failure of a tree as a warning.
 *
 * <p><b>Threading.</b> Any number of threads call it at the same time. <b>Keys and values.</b>
 * Arguments are only read, and not kept after the call. A value is at most as long as an array.
 */
public interface MergeOperator {

  /**
   * Returns the name by which the store knows the operator: 1 to 255 bytes in UTF-8. Names that
   * begin with {@code firn.} belong to the operators of this interface.
   */
  String name();

  /**
   * Returns the value of a key after operands.
   *
   * @param existing the value before the operands, or null when the key has none
   * @param operands at least one, from the oldest to the newest
   */
  byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands);

  /**
   * Returns one operand with the effect of several that follow one another, or null when there is
   * none. With this, many operands of a key take the space of one.
   *
   * @param operands at least two, from the oldest to the newest
   */
  default byte @Nullable [] combine(byte[] key, List<byte[]> operands) {
    return null;
  }

  /**
   * Returns the operator that adds: values and operands are numbers as {@link #ofLong} makes them,
   * and a key without a value counts as 0. A sum too large for 64 bits wraps around. No name is
   * needed to open its tree again: {@link Store#tree(String)} knows the operators of this
   * interface.
   */
  static MergeOperator counter() {
    return KnownOperators.COUNTER;
  }

  /** Returns the operator that keeps the smallest of the value and the operands, as keys sort. */
  static MergeOperator min() {
    return KnownOperators.MIN;
  }

  /** Returns the operator that keeps the largest of the value and the operands, as keys sort. */
  static MergeOperator max() {
    return KnownOperators.MAX;
  }

  /**
   * Returns the operator that appends: the value is the bytes of all operands, one after the other.
   */
  static MergeOperator append() {
    return KnownOperators.APPEND;
  }

  /**
   * Returns an operator whose operands are values themselves.
   *
   * @param function makes one of an older and a newer one; must be associative
   */
  static MergeOperator associative(String name, BinaryOperator<byte[]> function) {
    return new AssociativeOperator(name, function);
  }

  /** Returns a number as 8 bytes, the highest first. */
  static byte[] ofLong(long number) {
    return KnownOperators.ofLong(number);
  }

  /**
   * Returns the number in 8 bytes; 0 for null, which is what a key without a value has.
   *
   * @throws IllegalArgumentException when the bytes are not 8
   */
  static long toLong(byte @Nullable [] bytes) {
    return bytes == null ? 0 : KnownOperators.toLong(bytes);
  }
}
