package dev.firn.test.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import java.nio.ByteBuffer;

/**
 * The value that a batch writes under each of its keys.
 *
 * <pre>
 *  0       u32  writer
 *  4       u32  number of writers
 *  8       u64  number of the batch
 *  16      u64  for each writer: its last batch known to be acknowledged
 *  then         filler; bytes and length depend on writer and batch
 * </pre>
 */
public record Stamp(int writer, long number, long[] seen) {

  private static final int FIXED_BYTES = 16;

  /** The count of successive batches with long fillers. */
  private static final int LONG_STRETCH = 16;

  public byte[] toBytes() {
    int filler = fillerBytes(writer, number);
    ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + 8 * seen.length + filler);
    bytes.putInt(writer).putInt(seen.length).putLong(number);
    for (long number : seen) {
      bytes.putLong(number);
    }
    for (int i = 0; i < filler; i++) {
      bytes.put(filler(number, i));
    }
    return bytes.array();
  }

  /** A value as a stamp; fails if it is none. */
  public static Stamp of(byte[] value) {
    assertTrue(value.length >= FIXED_BYTES, () -> "a stamp of " + value.length + " bytes");
    ByteBuffer bytes = ByteBuffer.wrap(value);
    int writer = bytes.getInt();
    int writers = bytes.getInt();
    long number = bytes.getLong();
    int filler = fillerBytes(writer, number);
    assertEquals(FIXED_BYTES + 8L * writers + filler, value.length, "length of a stamp");
    long[] seen = new long[writers];
    for (int i = 0; i < writers; i++) {
      seen[i] = bytes.getLong();
    }
    for (int i = 0; i < filler; i++) {
      assertEquals(filler(number, i), bytes.get(), "filler of a stamp");
    }
    return new Stamp(writer, number, seen);
  }

  /** Long ones come in stretches, so that some journal segments consist of them. */
  private static int fillerBytes(int writer, long number) {
    long dice = Seed.mix(number * 64 + writer);
    boolean isLong = number / LONG_STRETCH % 3 == 2;
    return (int) ((dice & 0xff) == 0 ? 5000 : isLong ? 400 : dice >>> 8 & 0x7f);
  }

  private static byte filler(long number, int index) {
    return (byte) (number * 31 + index);
  }

  @Override
  public String toString() {
    return "writer " + writer + " batch " + number;
  }
}
