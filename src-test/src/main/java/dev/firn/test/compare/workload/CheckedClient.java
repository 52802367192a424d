package dev.firn.test.compare.workload;

import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.SplitMix;
import dev.firn.cli.workload.WrongAnswerException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

/**
 * One thread's operations on the entries of numbers, each answer compared with what was written: a
 * store that leaves work out fails.
 *
 * <p><b>Threading.</b> Made, used and closed by its thread.
 *
 * <p><b>Ownership.</b> Owns its memory and its client.
 */
public final class CheckedClient implements AutoCloseable {

  private final Arena arena = Arena.ofConfined();
  private final Expected expected;
  private final SplitMix random;
  private final BenchKey key;
  private final MemorySegment value;
  private final Client client;

  /**
   * A client.
   *
   * @param clients makes the client of the store
   * @param seed of its random numbers
   */
  public CheckedClient(
      Function<EntryMemory, Client> clients, Expected expected, int valueBytes, long seed) {
    EntryMemory memory = EntryMemory.allocate(arena, valueBytes);
    this.expected = expected;
    this.random = new SplitMix(SplitMix.mix(seed) + expected.newest());
    this.key = memory.key();
    this.value = memory.value();
    this.client = clients.apply(memory);
  }

  /** A random number below a bound. */
  long random(long bound) {
    return random.next(bound);
  }

  Expected expected() {
    return expected;
  }

  private void prepare(long number) {
    key.set(number);
    expected.write(number, value);
  }

  void put(long number) {
    prepare(number);
    client.put();
  }

  /** As {@link #put}, for a number after all others. */
  void append(long number) {
    prepare(number);
    client.append();
  }

  void addToBatch(long number) {
    prepare(number);
    client.addToBatch();
  }

  void writeBatch() {
    client.writeBatch();
  }

  boolean hasTransactions(boolean exclusive) {
    return client.hasTransactions(exclusive);
  }

  void begin(boolean exclusive) {
    client.begin(exclusive);
  }

  void putInTransaction(long number) {
    prepare(number);
    client.putInTransaction();
  }

  /** Reads an entry in a transaction that is going to write it. */
  void getForUpdate(long number) {
    key.set(number);
    int length = client.getForUpdate();
    if (!expected.matches(number, value, length)) {
      throw wrong(number, length == Client.ABSENT ? "nothing" : "another value");
    }
  }

  /** Returns whether the transaction was committed, or else refused. */
  boolean commit() {
    return client.commit();
  }

  boolean hasCounters() {
    return client.hasCounters();
  }

  /** Adds 1 to a counter. */
  void count(long number) {
    key.set(number);
    client.count();
  }

  /** The number in a counter. */
  long counted(long number) {
    key.set(number);
    return client.counted();
  }

  /** Adds 1 to the number in a value: reads it and writes it. */
  void countInValue(long number) {
    long before = countedInValue(number);
    value.set(ValueLayout.JAVA_LONG, 0, before + 1);
    client.put();
  }

  /** The number in a value, 0 if there is none. */
  long countedInValue(long number) {
    key.set(number);
    return client.get() == Client.ABSENT ? 0 : value.get(ValueLayout.JAVA_LONG, 0);
  }

  void delete(long number) {
    key.set(number);
    client.delete();
  }

  /** Deletes the numbers from {@code from} to {@code to - 1}. */
  void deleteRange(long from, long to) {
    client.deleteRange(from, to);
  }

  void get(long number) {
    key.set(number);
    int length = client.get();
    if (!expected.matches(number, value, length)) {
      throw wrong(number, length == Client.ABSENT ? "nothing" : "another value");
    }
  }

  /** As {@link #get}, without a copy if the store can. */
  void getInPlace(long number) {
    key.set(number);
    if (!client.read(expected, number)) {
      throw wrong(number, "nothing, or another value");
    }
  }

  /** As {@link #get}; an older value is wrong as well. */
  void getNewest(long number) {
    key.set(number);
    int length = client.get();
    if (!expected.matchesNewest(number, value, length)) {
      throw wrong(number, length == Client.ABSENT ? "nothing" : "an older or another value");
    }
  }

  /** Reads a key right after that of the number, which is not there. */
  void getMissing(long number) {
    key.setMissing(number);
    if (client.getMissing() != Client.ABSENT) {
      throw wrong(number, "a value for a key right after it, which is not there");
    }
  }

  void getAll(long[] numbers) {
    if (!client.getAll(numbers, expected)) {
      throw wrong(numbers[0], "a wrong value for one of " + numbers.length + " keys");
    }
  }

  /** Fails if the number has an entry. */
  void getDeleted(long number) {
    key.set(number);
    if (client.get() != Client.ABSENT) {
      throw wrong(number, "a value, after it was deleted");
    }
  }

  /** Moves the cursor to the entry of a number; makes a cursor if there is none. */
  void seek(long number) {
    seek(number, number);
  }

  /** Moves the cursor to the first entry from a number on, which is that of another number. */
  void seek(long from, long found) {
    key.set(from);
    boolean valid = client.seek();
    if (found != from) {
      key.set(found);
    }
    checkCursor(valid, found);
  }

  /** Fails unless there is nothing from a number on. */
  void seekNothing(long from) {
    key.set(from);
    if (client.seek()) {
      throw wrong(from, "an entry, after all from there on were deleted");
    }
  }

  /** Moves the cursor to the next entry, which is {@code distance} numbers away. */
  void next(long number, long distance) {
    for (long i = 0; i < distance; i++) {
      key.increment();
    }
    checkCursor(client.next(), number);
  }

  /** Moves the cursor to the previous entry, that of the number below. */
  void prev(long number) {
    key.decrement();
    checkCursor(client.prev(), number);
  }

  /** The next seek makes a new cursor. */
  void closeCursor() {
    client.closeCursor();
  }

  private void checkCursor(boolean valid, long number) {
    if (!valid) {
      throw wrong(number, "no more entries");
    }
    if (!client.standsOn(expected, number)) {
      throw wrong(number, "another entry");
    }
  }

  private static WrongAnswerException wrong(long number, String found) {
    return new WrongAnswerException("key " + number + ": the store gave " + found);
  }

  @Override
  public void close() {
    client.close();
    arena.close();
  }
}
