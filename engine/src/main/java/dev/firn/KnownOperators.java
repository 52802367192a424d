package dev.firn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The merge operators that need not be given when their tree is opened again. */
final class KnownOperators {

  private static final String PREFIX = "firn.";

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  static final MergeOperator COUNTER =
      MergeOperator.associative(PREFIX + "counter", (a, b) -> ofLong(toLong(a) + toLong(b)));

  static final MergeOperator MIN =
      MergeOperator.associative(PREFIX + "min", (a, b) -> Arrays.compareUnsigned(b, a) < 0 ? b : a);

  static final MergeOperator MAX =
      MergeOperator.associative(PREFIX + "max", (a, b) -> Arrays.compareUnsigned(b, a) > 0 ? b : a);

  static final MergeOperator APPEND = new Append();

  private static final List<MergeOperator> ALL = List.of(COUNTER, MIN, MAX, APPEND);

  /** Copies each operand once, however many there are. */
  private record Append() implements MergeOperator {

    @Override
    public String name() {
      return PREFIX + "append";
    }

    @Override
    public byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands) {
      return joined(existing == null ? new byte[0] : existing, operands);
    }

    @Override
    public byte[] combine(byte[] key, List<byte[]> operands) {
      return joined(new byte[0], operands);
    }

    private static byte[] joined(byte[] first, List<byte[]> rest) {
      long length = first.length;
      for (byte[] next : rest) {
        length += next.length;
      }
      if (length > Integer.MAX_VALUE - Long.BYTES) {
        throw new IllegalArgumentException("length=" + length + ": longer than an array can be");
      }
      byte[] all = Arrays.copyOf(first, (int) length);
      int at = first.length;
      for (byte[] next : rest) {
        System.arraycopy(next, 0, all, at, next.length);
        at += next.length;
      }
      return all;
    }
  }

  private KnownOperators() {}

  /** The operator of a name; null if it is none of these. */
  static @Nullable MergeOperator of(String name) {
    for (MergeOperator known : ALL) {
      if (known.name().equals(name)) {
        return known;
      }
    }
    return null;
  }

  /**
   * Checks the operator of a caller.
   *
   * @throws IllegalArgumentException when it has the name of another
   */
  static void checkName(MergeOperator operator) {
    String name = operator.name();
    if (name != null && name.startsWith(PREFIX) && of(name) != operator) {
      throw new IllegalArgumentException(
          "mergeOperator=" + name + ": names that begin with " + PREFIX + " are taken");
    }
  }

  static byte[] ofLong(long number) {
    byte[] bytes = new byte[Long.BYTES];
    LONG.set(bytes, 0, number);
    return bytes;
  }

  static long toLong(byte[] bytes) {
    if (bytes.length != Long.BYTES) {
      throw new IllegalArgumentException("length=" + bytes.length + ": must be 8");
    }
    return (long) LONG.get(bytes, 0);
  }
}
