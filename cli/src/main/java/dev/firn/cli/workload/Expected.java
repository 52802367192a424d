package dev.firn.cli.workload;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What a store must hold. The value of a number has a generation: how often its key was written
 * before. While keys are being written once more, a value may be of any generation from {@code
 * oldest} to {@code newest}.
 *
 * <p><b>Threading.</b> Read by all threads; changed by one thread between workloads.
 */
public final class Expected {

  private final BenchValues values;
  private volatile long oldest;
  private volatile long newest;

  /** An empty store is about to be filled with generation 0. */
  public Expected(BenchValues values) {
    this.values = values;
  }

  /** Keys are about to be written once more. */
  public void beginGeneration() {
    long next = newest + 1;
    newest = next;
  }

  /** All keys were written once more. */
  public void endGeneration() {
    oldest = newest;
  }

  /** The generation that is written. */
  public long newest() {
    return newest;
  }

  /** Writes the newest value of a number. */
  public void write(long number, MemorySegment target) {
    values.write(number, newest, target);
  }

  /** Whether these bytes are a value of the number. */
  public boolean matches(long number, MemorySegment found, long length) {
    return values.matches(number, oldest, newest, found, length);
  }

  /** Whether these bytes are the newest value of the number. */
  public boolean matchesNewest(long number, MemorySegment found, long length) {
    return values.matches(number, newest, newest, found, length);
  }

  /** Whether the bytes from {@code at} on are a value of the number. */
  public boolean matches(long number, MemorySegment found, long at, long length) {
    return values.matches(number, oldest, newest, found, at, length);
  }

  /** Whether the bytes of the buffer are a value of the number. */
  public boolean matches(long number, ByteBuffer found) {
    return values.matches(number, oldest, newest, found);
  }
}
