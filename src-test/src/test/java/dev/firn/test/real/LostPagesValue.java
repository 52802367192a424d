package dev.firn.test.real;

import dev.firn.test.Seed;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A value whose every byte depends on its key and version.
 *
 * <pre>
 *  0   u32  key
 *  4   u32  version
 *  8        filler; bytes and length depend on both
 * </pre>
 */
final class LostPagesValue {

  static final int MAX_BYTES = 300_000;

  private static final int FIXED_BYTES = 8;

  private LostPagesValue() {}

  static byte[] of(int key, int version) {
    byte[] value = new byte[length(key, version)];
    Arrays.fill(value, filler(key, version));
    ByteBuffer.wrap(value).putInt(key).putInt(version);
    return value;
  }

  /** The version of a value; fails if it is not a whole value of the key. */
  static int version(int key, byte[] value) {
    if (value.length < FIXED_BYTES) {
      throw new AssertionError("key " + key + ": a value of " + value.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(value);
    int found = bytes.getInt();
    int version = bytes.getInt();
    if (found != key || value.length != length(key, version)) {
      throw new AssertionError(
          "key %d: %d bytes of key %d, version %d".formatted(key, value.length, found, version));
    }
    byte filler = filler(key, version);
    for (int i = FIXED_BYTES; i < value.length; i++) {
      if (value[i] != filler) {
        throw new AssertionError("key %d, version %d: byte %d".formatted(key, version, i));
      }
    }
    return version;
  }

  /** Mostly short; some longer than a page, few longer than the read-ahead. */
  private static int length(int key, int version) {
    long dice = Seed.mix(key * 1_000_003L + version);
    int body = (int) (dice >>> 16 & 0x7f);
    if ((dice & 0x3f) == 0) {
      body += 6000;
    } else if ((dice & 0x1ff) == 1) {
      body = MAX_BYTES - FIXED_BYTES;
    }
    return FIXED_BYTES + body;
  }

  /** Never zero, because a lost page can read as zeros. */
  private static byte filler(int key, int version) {
    return (byte) (1 + (key * 31 + version * 7 & 0x7f));
  }
}
