package dev.firn.sstable;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The decoded entries of one restart interval: keys copied one behind the other, values where they
 * are. A cursor that moves backward is served from here.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class IntervalBuffer {

  private final NativeBuffer keys;
  private long keyBytes;
  private int count;
  private long[] keyOffsets = new long[0];
  private int[] keyLengths = new int[0];
  private long[] trailers = new long[0];
  private long[] valueOffsets = new long[0];
  private long[] valueLengths = new long[0];
  private long[] nextEntries = new long[0];

  IntervalBuffer(Arena arena) {
    keys = new NativeBuffer(arena, 1024);
  }

  /** Empties the buffer, and makes room for a number of entries. */
  void clear(int capacity) {
    keyBytes = 0;
    count = 0;
    if (keyOffsets.length < capacity) {
      keyOffsets = new long[capacity];
      keyLengths = new int[capacity];
      trailers = new long[capacity];
      valueOffsets = new long[capacity];
      valueLengths = new long[capacity];
      nextEntries = new long[capacity];
    }
  }

  /** How much memory the keys may take before it grows. */
  long bytes() {
    return keys.size();
  }

  /** Adds the entry a cursor stands on, and where the one behind it starts. */
  void add(InternalCursor entry, long nextEntry) {
    int length = entry.keyLength();
    MemorySegment target = keys.ensure(keyBytes + length + TableFormat.SLACK_BYTES, keyBytes);
    WordCopy.copy(entry.key(), entry.keyOffset(), target, keyBytes, length);
    keyOffsets[count] = keyBytes;
    keyLengths[count] = length;
    trailers[count] = entry.trailer();
    valueOffsets[count] = entry.valueOffset();
    valueLengths[count] = entry.valueLength();
    nextEntries[count] = nextEntry;
    keyBytes += length;
    count++;
  }

  /** Compares an entry with a key and trailer. */
  int compare(int i, MemorySegment key, long offset, int length, long trailer) {
    return KeyOrder.compare(
        keys.memory(), keyOffsets[i], keyLengths[i], trailers[i], key, offset, length, trailer);
  }

  MemorySegment keys() {
    return keys.memory();
  }

  long keyOffset(int i) {
    return keyOffsets[i];
  }

  int keyLength(int i) {
    return keyLengths[i];
  }

  long trailer(int i) {
    return trailers[i];
  }

  long valueOffset(int i) {
    return valueOffsets[i];
  }

  long valueLength(int i) {
    return valueLengths[i];
  }

  long nextEntry(int i) {
    return nextEntries[i];
  }
}
