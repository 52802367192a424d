package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The user key of an entry of a multi tree: a key and one of its values. Such keys are sorted by
 * key, and those of one key by value, both as unsigned bytes.
 *
 * <pre>
 *  pair := key, with each byte 00 as 00 FF | 00 00 | value
 * </pre>
 *
 * <p>No escaped key with its end is the beginning of another one, and the end sorts before each
 * byte that can follow in a longer key.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Memory on the heap, used again for
 * each pair.
 */
public final class PairKey {

  /** Bytes between a key and a value. */
  public static final int END_BYTES = 2;

  /** The byte after the byte 00 of a key. */
  static final byte ESCAPE = (byte) 0xff;

  private static final int FIRST_BYTES = 128;

  /** Shorter pairs have views that are kept. */
  private static final int KEPT_VIEWS = 256;

  private byte[] bytes = new byte[FIRST_BYTES];
  private MemorySegment memory = MemorySegment.ofArray(bytes);

  /** Of the memory's beginning, by their lengths; null before the first one is asked for. */
  private @Nullable MemorySegment @Nullable [] views;

  private int length;

  /** A pair without bytes. */
  public PairKey() {}

  /**
   * Sets key and value.
   *
   * @throws IllegalArgumentException when they are too long together
   */
  public PairKey set(byte[] key, byte[] value) {
    setKey(key, value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  /** As {@link #set(byte[], byte[])}. */
  public PairKey set(MemorySegment key, MemorySegment value) {
    setKey(key, value.byteSize());
    int valueLength = (int) value.byteSize();
    MemorySegment.copy(value, ValueLayout.JAVA_BYTE, 0, bytes, length, valueLength);
    length += valueLength;
    return this;
  }

  /**
   * Sets the pair before all other pairs of a key.
   *
   * @throws IllegalArgumentException when the key is too long
   */
  public PairKey setFirst(byte[] key) {
    setKey(key, 0);
    return this;
  }

  /** As {@link #setFirst(byte[])}. */
  public PairKey setFirst(MemorySegment key) {
    setKey(key, 0);
    return this;
  }

  /** Changes the pair from the first of its key to the bound after all pairs of the key. */
  public PairKey afterKey() {
    bytes[length - 1]++;
    return this;
  }

  private void setKey(byte[] key, int valueLength) {
    reserve(key.length, valueLength);
    System.arraycopy(key, 0, bytes, 0, key.length);
    endKey(key.length, valueLength);
  }

  private void setKey(MemorySegment key, long valueLength) {
    reserve(key.byteSize(), valueLength);
    int keyLength = (int) key.byteSize();
    MemorySegment.copy(key, ValueLayout.JAVA_BYTE, 0, bytes, 0, keyLength);
    endKey(keyLength, valueLength);
  }

  private void reserve(long keyLength, long valueLength) {
    if (keyLength + END_BYTES + valueLength > StoreKey.MAX_USER_KEY_BYTES) {
      throw tooLong(keyLength, 0, valueLength);
    }
    int most = (int) (2 * keyLength + END_BYTES + valueLength);
    if (most > bytes.length) {
      bytes = new byte[Math.max(most, 2 * bytes.length)];
      memory = MemorySegment.ofArray(bytes);
      views = null;
    }
  }

  /** Escapes the key that the bytes start with, and ends it. */
  private void endKey(int keyLength, long valueLength) {
    int zeros = zeros(bytes, keyLength);
    if (keyLength + zeros + END_BYTES + valueLength > StoreKey.MAX_USER_KEY_BYTES) {
      throw tooLong(keyLength, zeros, valueLength);
    }
    escape(bytes, keyLength, zeros);
    length = keyLength + zeros;
    bytes[length++] = 0;
    bytes[length++] = 0;
  }

  private static IllegalArgumentException tooLong(long keyLength, int zeros, long valueLength) {
    return new IllegalArgumentException(
        "key length=%d, zero bytes in it=%d, value length=%d: must be at most %d together"
            .formatted(keyLength, zeros, valueLength, StoreKey.MAX_USER_KEY_BYTES - END_BYTES));
  }

  private static int zeros(byte[] key, int length) {
    int zeros = 0;
    for (int i = 0; i < length; i++) {
      zeros += key[i] == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** Escapes a key in place, from its end to its start. */
  private static void escape(byte[] bytes, int length, int zeros) {
    int to = length + zeros;
    for (int from = length - 1; from + 1 < to; from--) {
      if (bytes[from] == 0) {
        bytes[--to] = ESCAPE;
      }
      bytes[--to] = bytes[from];
    }
  }

  /** A key or the beginning of one, of any length, as the pairs of keys at or after it begin. */
  public static byte[] escaped(byte[] key) {
    int zeros = zeros(key, key.length);
    byte[] escaped = Arrays.copyOf(key, key.length + zeros);
    escape(escaped, key.length, zeros);
    return escaped;
  }

  /** The pair in memory of its length. May be the same object for another pair. */
  public MemorySegment view() {
    if (length >= KEPT_VIEWS) {
      return memory.asSlice(0, length);
    }
    @Nullable MemorySegment[] kept = views;
    if (kept == null) {
      kept = new MemorySegment[KEPT_VIEWS];
      views = kept;
    }
    MemorySegment view = kept[length];
    if (view == null) {
      view = memory.asSlice(0, length);
      kept[length] = view;
    }
    return view;
  }

  /** A copy of the pair. */
  public byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }
}
