package dev.firn.cli.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The synthetic readings that the child writes and the parent expects: a reading follows from the
 * number of its writer, of its batch and of its place in the batch, to the last byte.
 *
 * <pre>
 *  key     w03/000000004711/07       writer, batch, place
 *  value   48 bytes that look random
 * </pre>
 */
final class Readings {

  /** Readings in a batch. */
  static final int BATCH = 100;

  /** Where the readings are. */
  static final String TREE = "readings";

  private static final int VALUE_LONGS = 6;

  private Readings() {}

  static byte[] key(int writer, long batch, int place) {
    byte[] key = "w00/000000000000/00".getBytes(StandardCharsets.US_ASCII);
    digits(key, 3, writer);
    digits(key, 16, batch);
    digits(key, 19, place);
    return key;
  }

  private static void digits(byte[] key, int end, long number) {
    long rest = number;
    for (int i = end - 1; rest > 0; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  static byte[] value(int writer, long batch, int place) {
    ByteBuffer value = ByteBuffer.allocate(VALUE_LONGS * Long.BYTES);
    long state = ((long) writer << 56) + batch * BATCH + place;
    for (int i = 0; i < VALUE_LONGS; i++) {
      state = (state ^ state >>> 29) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
      value.putLong(state ^ state >>> 32);
    }
    return value.array();
  }
}
