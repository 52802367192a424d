package dev.firn;

import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** An operator whose operands are values, so that any of them can be combined. */
record AssociativeOperator(String name, BinaryOperator<byte[]> function) implements MergeOperator {

  AssociativeOperator {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(function, "function");
  }

  @Override
  public byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands) {
    byte[] all = combine(key, operands);
    return existing == null ? all : function.apply(existing, all);
  }

  @Override
  public byte[] combine(byte[] key, List<byte[]> operands) {
    byte[] all = operands.getFirst();
    for (byte[] next : operands.subList(1, operands.size())) {
      all = function.apply(all, next);
    }
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}
