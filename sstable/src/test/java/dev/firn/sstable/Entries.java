package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.core.Expiry;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FileSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Random entries, written to tables and compared with cursors. */
final class Entries {

  private Entries() {}

  /** Random entries with a random profile: dense keys, shared prefixes, many versions. */
  static TreeMap<Entry, byte[]> random(Random random, int count) {
    int prefix = random.nextInt(4) == 0 ? random.nextInt(300) : random.nextInt(12);
    int alphabet = 1 + random.nextInt(random.nextBoolean() ? 3 : 256);
    int maxLength = 1 + random.nextInt(12);
    int versions = random.nextInt(3) == 0 ? 1 + random.nextInt(200) : 1;
    int valueBytes = random.nextInt(8) == 0 ? 5000 : random.nextInt(200);
    boolean sameLength = random.nextInt(3) == 0;
    boolean expiring = random.nextInt(3) == 0;
    TreeMap<Entry, byte[]> entries = new TreeMap<>();
    while (entries.size() < count && alphabet > 0) {
      byte[] key = key(random, prefix, alphabet, maxLength);
      for (int i = 1 + random.nextInt(versions); i > 0; i--) {
        long sequence = random.nextLong(1, random.nextBoolean() ? 1000 : SequenceNumber.MAX);
        boolean delete = random.nextInt(8) == 0;
        boolean expires = !delete && expiring && random.nextBoolean();
        int bytes = delete ? 0 : sameLength ? valueBytes : random.nextInt(valueBytes + 1);
        byte[] value = new byte[expires ? Math.max(Expiry.BYTES, bytes) : bytes];
        fill(random, value);
        int kind = expires ? ValueKind.EXPIRING.code() : delete ? 0 : 1;
        entries.put(new Entry(key, SequenceNumber.trailer(sequence, kind)), value);
      }
      // With few letters and short keys, there may be fewer keys than wanted.
      alphabet -= random.nextInt(count) == 0 ? 1 : 0;
    }
    return entries;
  }

  /** An entry of the model, or a key and trailer close to one. */
  static Entry near(Random random, Entry[] entries) {
    Entry entry = entries[random.nextInt(entries.length)];
    byte[] key = entry.key().clone();
    long trailer = entry.trailer();
    switch (random.nextInt(6)) {
      case 0 -> key = Arrays.copyOf(key, Math.max(4, key.length - random.nextInt(4)));
      case 1 -> key = Arrays.copyOf(key, key.length + 1 + random.nextInt(3));
      case 2 -> key[random.nextInt(key.length)] += (byte) (random.nextBoolean() ? 1 : -1);
      case 3 -> trailer += random.nextBoolean() ? 1 : -1;
      case 4 -> trailer = random.nextBoolean() ? 0 : -1;
      default -> {}
    }
    return new Entry(key, trailer);
  }

  /** Writes a table of all entries. */
  static TableMetadata write(
      FileSystem files,
      Path directory,
      long number,
      TableOptions options,
      TreeMap<Entry, byte[]> entries) {
    try (Arena arena = Arena.ofConfined();
        TableWriter writer = new TableWriter(files, directory, number, options)) {
      MemorySegment memory = arena.allocate(1 << 16);
      for (Map.Entry<Entry, byte[]> entry : entries.entrySet()) {
        byte[] key = entry.getKey().key();
        byte[] value = entry.getValue();
        if (key.length + value.length > memory.byteSize()) {
          memory = arena.allocate(2L * (key.length + value.length));
        }
        MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, 0, key.length);
        MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, key.length, value.length);
        writer.add(
            memory, 0, key.length, entry.getKey().trailer(), memory, key.length, value.length);
      }
      return writer.finish();
    }
  }

  static void checkMetadata(TreeMap<Entry, byte[]> model, TableMetadata metadata) {
    assertEquals(model.size(), metadata.entries());
    assertArrayEquals(model.firstKey().key(), metadata.smallestKey());
    assertArrayEquals(model.lastKey().key(), metadata.largestKey());
    assertEquals(
        model.keySet().stream()
            .mapToLong(e -> SequenceNumber.sequence(e.trailer()))
            .max()
            .orElse(0),
        metadata.largestSequence());
    assertEquals(
        model.keySet().stream()
            .mapToLong(e -> SequenceNumber.sequence(e.trailer()))
            .min()
            .orElse(0),
        metadata.smallestSequence());
    assertEquals(
        model.keySet().stream().filter(e -> SequenceNumber.kindCode(e.trailer()) == 0).count(),
        metadata.deletions());
    assertEquals(
        model.entrySet().stream()
            .mapToLong(e -> e.getKey().key().length + e.getValue().length)
            .sum(),
        metadata.dataBytes());
  }

  /** Compares the current entry of a cursor. */
  static void check(Map.Entry<Entry, byte[]> expected, InternalCursor cursor) {
    checkBytes(expected.getKey().key(), cursor.key(), cursor.keyOffset(), cursor.keyLength());
    assertEquals(expected.getKey().trailer(), cursor.trailer());
    checkBytes(expected.getValue(), cursor.value(), cursor.valueOffset(), cursor.valueLength());
  }

  static void checkBytes(byte[] expected, MemorySegment segment, long offset, long length) {
    if (expected.length != length
        || segment.asSlice(offset, length).mismatch(MemorySegment.ofArray(expected)) >= 0) {
      assertArrayEquals(expected, segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private static byte[] key(Random random, int prefix, int alphabet, int maxLength) {
    byte[] key = new byte[4 + prefix + random.nextInt(maxLength + 1)];
    key[3] = 7;
    Arrays.fill(key, 4, 4 + prefix, (byte) 'p');
    for (int i = 4 + prefix; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(alphabet) - alphabet / 2);
    }
    return key;
  }

  /** Half noise, half repetition. */
  private static void fill(Random random, byte[] value) {
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i % 32 < 8 ? random.nextInt() : 'v');
    }
  }
}
