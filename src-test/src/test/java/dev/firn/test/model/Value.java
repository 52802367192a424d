package dev.firn.test.model;

import dev.firn.test.Seed;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A value by its recipe, written {@code length#seed}: large values take no space in scripts and in
 * the model. Even seeds make compressible bytes, odd ones incompressible bytes.
 *
 * @param ownLength the length without what was before
 * @param before what was there when the value was appended; null for nothing
 */
public record Value(int ownLength, long seed, @Nullable Value before) {

  public Value(int length, long seed) {
    this(length, seed, null);
  }

  static Value parse(String text) {
    int mark = text.indexOf('#');
    return new Value(
        Integer.parseInt(text.substring(0, mark)), Long.parseLong(text.substring(mark + 1)));
  }

  /** This value, appended to another. */
  Value after(@Nullable Value other) {
    return new Value(ownLength, seed, other);
  }

  public int length() {
    int length = 0;
    for (Value part = this; part != null; part = part.before) {
      length += part.ownLength;
    }
    return length;
  }

  public byte[] bytes() {
    byte[] bytes = new byte[length()];
    int end = bytes.length;
    for (Value part = this; part != null; part = part.before) {
      end -= part.ownLength;
      System.arraycopy(part.ownBytes(), 0, bytes, end, part.ownLength);
    }
    return bytes;
  }

  private byte[] ownBytes() {
    byte[] bytes = new byte[ownLength];
    if (seed % 2 != 0) {
      new SplittableRandom(seed).nextBytes(bytes);
      return bytes;
    }
    long word = Seed.mix(seed);
    for (int i = 0; i < ownLength; i++) {
      bytes[i] = (byte) (word >>> (i * 8 & 31));
    }
    return bytes;
  }

  @Override
  public String toString() {
    String own = ownLength + "#" + seed;
    return before == null ? own : before + "+" + own;
  }
}
