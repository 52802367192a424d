package dev.firn.test.compare.store;

import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The common part of the clients of stores whose keys and values are arrays: it makes a new array
 * for each write, because such a store keeps it, and for each key to find.
 */
abstract class ArrayClient implements Client {

  private final EntryMemory memory;

  ArrayClient(EntryMemory memory) {
    this.memory = memory;
  }

  @Override
  public final EntryMemory memory() {
    return memory;
  }

  final byte[] key() {
    return memory.key().memory().toArray(ValueLayout.JAVA_BYTE);
  }

  final byte[] missing() {
    return memory.missing().toArray(ValueLayout.JAVA_BYTE);
  }

  final byte[] value() {
    return memory.value().toArray(ValueLayout.JAVA_BYTE);
  }

  /** Copies what a point read found to {@link EntryMemory#value}; returns its length. */
  final int found(byte[] value) {
    if (value.length <= memory.value().byteSize()) {
      MemorySegment.copy(value, 0, memory.value(), ValueLayout.JAVA_BYTE, 0, value.length);
    }
    return value.length;
  }

  /** Whether these are the current key and its value. */
  final boolean matches(byte[] foundKey, byte[] found, Expected expected, long number) {
    BenchKey key = memory.key();
    return key.matches(MemorySegment.ofArray(foundKey), foundKey.length)
        && expected.matches(number, MemorySegment.ofArray(found), found.length);
  }
}
