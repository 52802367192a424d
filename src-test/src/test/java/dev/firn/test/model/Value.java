package dev.firn.test.model;

import dev.firn.test.Seed;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A value by its recipe, written {@code length#seed}: large values take no space in scripts and in
 * the model. Even seeds make compressible bytes, odd ones incompressible bytes. With {@code !} it
 * is written with a time to live, which does not end in a test.
 */
public record Value(int length, long seed, boolean expires) {

  /** How long values with a time to live do live. */
  public static final Duration TIME_TO_LIVE = Duration.ofDays(1_000_000);

  private static final String MARK = "!";

  static Value parse(String text) {
    int mark = text.indexOf('#');
    boolean expires = text.endsWith(MARK);
    int end = text.length() - (expires ? MARK.length() : 0);
    return new Value(
        Integer.parseInt(text.substring(0, mark)),
        Long.parseLong(text.substring(mark + 1, end)),
        expires);
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
    return length + "#" + seed + (expires ? MARK : "");
  }
}
