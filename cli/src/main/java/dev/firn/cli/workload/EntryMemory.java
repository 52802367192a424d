package dev.firn.cli.workload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One thread's key and value in native memory.
 *
 * @param key the key of every call
 * @param missing the memory of the key and one byte more: a key that no store holds
 * @param value what is written, and where point reads put what they find
 * @param foundKey where cursors copy a key; one byte longer than a key
 */
public record EntryMemory(
    BenchKey key, MemorySegment missing, MemorySegment value, MemorySegment foundKey) {

  /** Allocates key and value. */
  public static EntryMemory allocate(Arena arena, int valueBytes) {
    BenchKey key = new BenchKey(arena);
    return new EntryMemory(
        key,
        key.setMissing(0),
        arena.allocate(valueBytes, 8),
        arena.allocate(BenchKey.BYTES + 1L, 8));
  }
}
