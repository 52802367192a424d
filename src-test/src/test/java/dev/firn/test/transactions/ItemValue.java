package dev.firn.test.transactions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import dev.firn.test.isolation.Operation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A trail of versions as a value.
 *
 * <pre>
 *  u32 count | u64 for each version | filler; bytes and length depend on the last version
 * </pre>
 */
final class ItemValue {

  private static final int LONG_FILLER = 600;

  private ItemValue() {}

  static byte[] toBytes(long... trail) {
    long last = trail[trail.length - 1];
    int filler = fillerBytes(last);
    ByteBuffer bytes = ByteBuffer.allocate(4 + 8 * trail.length + filler).putInt(trail.length);
    for (long version : trail) {
      bytes.putLong(version);
    }
    for (int i = 0; i < filler; i++) {
      bytes.put((byte) (last + i));
    }
    return bytes.array();
  }

  /** The trail in a value; fails if the bytes are not what was written for its last version. */
  static long[] trail(byte @Nullable [] value) {
    if (value == null) {
      return new long[] {Operation.ABSENT};
    }
    ByteBuffer bytes = ByteBuffer.wrap(value);
    int count = bytes.getInt();
    assertTrue(count > 0 && count <= bytes.remaining() / 8, "versions in a value");
    long[] trail = new long[count];
    for (int i = 0; i < count; i++) {
      trail[i] = bytes.getLong();
    }
    long last = trail[count - 1];
    assertEquals(fillerBytes(last), bytes.remaining(), "length of a value");
    for (int i = 0; bytes.hasRemaining(); i++) {
      assertEquals((byte) (last + i), bytes.get(), "filler of a value");
    }
    return trail;
  }

  private static int fillerBytes(long version) {
    long dice = Seed.mix(version);
    return (int) ((dice & 31) == 0 ? LONG_FILLER : dice >>> 8 & 31);
  }
}
