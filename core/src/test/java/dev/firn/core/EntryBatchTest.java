package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryBatchTest {

  private static final MemorySegment VALUE = Arena.ofAuto().allocate(16);

  private final EntryBatch batch = new EntryBatch(64);

  @Test
  void keys_ofAllLengths_areComplete() {
    List<byte[]> keys = new ArrayList<>();
    for (int length = 0; length < 64; length++) {
      byte[] key = bytes(length, length);
      keys.add(key);
      append(key, length);
    }
    for (int i = 63; i >= 0; i--) {
      assertArrayEquals(keys.get(i), key(i), "entry " + i);
      assertEquals(i, batch.trailer(i));
    }
  }

  @Test
  void keys_withTheirOwnHead_areComplete() {
    MemorySegment prefix = segment("shared".getBytes(StandardCharsets.US_ASCII));
    batch.append(
        segment("longer than a word".getBytes(StandardCharsets.US_ASCII)), 0, 18, 1, VALUE, 0, 0);
    int head = batch.addHead(prefix, 0, 6);
    for (int tail = 0; tail <= 8; tail++) {
      byte[] rest = bytes(tail, tail);
      batch.append(head, KeyPrefix.word(segment(rest), 0, tail), 6 + tail, tail, VALUE, 0, 0);
    }
    for (int tail = 8; tail >= 0; tail--) {
      byte[] expected = Arrays.copyOf("shared".getBytes(StandardCharsets.US_ASCII), 6 + tail);
      System.arraycopy(bytes(tail, tail), 0, expected, 6, tail);
      assertArrayEquals(expected, key(1 + tail));
    }
  }

  @Test
  void isSameKey_anyRepresentation() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      batch.clear();
      byte[] a = fewBytes(random);
      byte[] b = random.nextBoolean() ? a : fewBytes(random);
      appendSplit(a, random);
      appendSplit(b, random);
      assertEquals(
          Arrays.equals(a, b), batch.isSameKey(0, 1), Arrays.toString(a) + Arrays.toString(b));
      assertArrayEquals(a, key(0));
      assertEquals(
          Integer.signum(Arrays.compareUnsigned(a, b)),
          Integer.signum(batch.compareKey(0, segment(b), 0, b.length)));
    }
  }

  @Test
  void keepOnly_aRemovedEntry() {
    append(bytes(20, 1), 1);
    append(bytes(30, 2), 2);
    append(bytes(12, 3), 3);
    batch.setSize(1);
    batch.keepOnly(2);
    assertEquals(1, batch.size());
    assertArrayEquals(bytes(12, 3), key(0));
    assertEquals(3, batch.trailer(0));
  }

  @Test
  void isFull_byEntriesOrBytes() {
    batch.setLimit(2, 100);
    append(bytes(50, 1), 1);
    assertFalse(batch.isFull());
    append(bytes(10, 2), 2);
    assertTrue(batch.isFull());
    batch.clear();
    append(bytes(500, 1), 1);
    assertTrue(batch.isFull());
  }

  /** Appends a key with a head of some length that its tail allows. */
  private void appendSplit(byte[] key, Random random) {
    int tail = random.nextInt(Math.min(8, key.length) + 1);
    int head = batch.addHead(segment(key), 0, key.length - tail);
    long word = KeyPrefix.word(segment(key), key.length - tail, tail);
    batch.append(head, word, key.length, 0, VALUE, 0, 0);
  }

  private static byte[] fewBytes(Random random) {
    byte[] key = new byte[random.nextInt(24)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(10) == 0 ? 1 : 0);
    }
    return key;
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void append(byte[] key, long trailer) {
    batch.append(segment(key), 0, key.length, trailer, VALUE, 0, 0);
  }

  private byte[] key(int entry) {
    return batch.key(entry).asSlice(0, batch.keyLength(entry)).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Exactly as long as the bytes, so that a read past the end throws. */
  private static MemorySegment segment(byte[] bytes) {
    MemorySegment copy = Arena.ofAuto().allocate(bytes.length);
    copy.copyFrom(MemorySegment.ofArray(bytes));
    return copy;
  }
}
