package dev.firn.test.model;

import dev.firn.test.Seed;
import java.util.SplittableRandom;

/**
 * A value by its recipe, written {@code length#seed}: large values take no space in scripts and in
 * the model. Even seeds make compressible bytes, odd ones incompressible bytes.
 */
public record Value(int length, long seed) {

  static Value parse(String text) {
    int mark = text.indexOf('#');
    return new Value(
        Integer.parseInt(text.substring(0, mark)), Long.parseLong(text.substring(mark + 1)));
  }

  public byte[] bytes() {
    byte[] bytes = new byte[length];
    if (seed % 2 != 0) {
      new SplittableRandom(seed).nextBytes(bytes);
      return bytes;
    }
    long word = Seed.mix(seed);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (word >>> (i * 8 & 31));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return length + "#" + seed;
  }
}
