package dev.firn.test.compare;

import dev.firn.cli.bench.BenchValues;
import dev.firn.cli.bench.WrongAnswerException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What a store must hold: every number below the count, in one of some generations, each time a key
 * was written being one.
 *
 * <p><b>Threading.</b> Read by all threads, changed between workloads.
 */
final class Expected {

  private final BenchValues values;
  private volatile long oldest;
  private volatile long newest;

  Expected(BenchValues values) {
    this.values = values;
  }

  /** Keys are about to be written once more. */
  void beginGeneration() {
    long next = newest + 1;
    newest = next;
  }

  /** All keys were written once more. */
  void endGeneration() {
    oldest = newest;
  }

  long newest() {
    return newest;
  }

  /** Writes the newest value of a number. */
  void write(long number, MemorySegment target) {
    values.write(number, newest, target);
  }

  /** Whether these bytes are the value of a number. */
  boolean matches(long number, MemorySegment found, long length) {
    return values.matches(number, oldest, newest, found, length);
  }

  /** Whether the bytes from {@code at} on are the value of a number. */
  boolean matches(long number, MemorySegment found, long at, long length) {
    return values.matches(number, oldest, newest, found, at, length);
  }

  /** Whether the bytes of a buffer are the value of a number. */
  boolean matches(long number, ByteBuffer found) {
    return values.matches(number, oldest, newest, found);
  }

  static WrongAnswerException wrong(long number, String found) {
    return new WrongAnswerException("key " + number + ": the store gave " + found);
  }
}
