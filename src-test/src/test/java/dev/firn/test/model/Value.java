package dev.firn.test.model;

import dev.firn.test.Seed;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A value by its recipe, written {@code length#seed}: large values take no space in scripts and in
 * the model. Even seeds make compressible bytes, odd ones incompressible bytes. With {@code !} it
 * is written with a time to live, which does not end in a test, where the tree takes one.
 *
 * @param ownLength the length without what was before
 * @param before what was there when the value was appended; null for nothing
 */
public record Value(int ownLength, long seed, boolean expires, @Nullable Value before) {

  /** How long values with a time to live do live. */
  public static final Duration TIME_TO_LIVE = Duration.ofDays(1_000_000);

  private static final String MARK = "!";

  public Value(int length, long seed) {
    this(length, seed, false);
  }

  public Value(int length, long seed, boolean expires) {
    this(length, seed, expires, null);
  }

  static Value parse(String text) {
    int mark = text.indexOf('#');
    boolean expires = text.endsWith(MARK);
    int end = text.length() - (expires ? MARK.length() : 0);
    return new Value(
        Integer.parseInt(text.substring(0, mark)),
        Long.parseLong(text.substring(mark + 1, end)),
        expires);
  }

  /** This value, appended to another. */
  Value after(@Nullable Value other) {
    return new Value(ownLength, seed, expires, other);
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
    String own = ownLength + "#" + seed + (expires ? MARK : "");
    return before == null ? own : before + "+" + own;
  }
}
