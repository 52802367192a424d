package dev.firn.cli.workload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * What one thread drives a store with. Everything is allocated before the clock starts.
 *
 * <p><b>Threading.</b> Made, used and closed by its thread.
 *
 * <p><b>Ownership.</b> Owns its memory and its client.
 */
final class ClientDriver implements AutoCloseable {

  private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;
  private static final long NOWHERE = -2;

  final WorkloadSettings settings;
  final Expected expected;
  final Shuffle shuffle;
  final SplitMix random;
  final BenchKey key;
  final MemorySegment value;
  final Client client;
  final long stride;

  /** The number whose entry the cursor is on, in a walk. */
  long position = NOWHERE;

  private final Arena arena = Arena.ofConfined();
  private final boolean timesEach;
  private final Histogram latencies = new Histogram(MAX_NANOS, DIGITS);
  private long last;

  ClientDriver(
      WorkloadSettings settings,
      Expected expected,
      Function<EntryMemory, Client> clients,
      Plan plan,
      int thread) {
    this.settings = settings;
    this.expected = expected;
    this.shuffle = new Shuffle(settings.num(), settings.seed() + expected.newest());
    this.random = new SplitMix(SplitMix.mix(settings.seed() + thread) + expected.newest());
    this.stride = plan.stride();
    this.timesEach = plan.timing() == Plan.Timing.EACH;
    EntryMemory memory = EntryMemory.allocate(arena, settings.valueBytes());
    this.key = memory.key();
    this.value = memory.value();
    this.client = clients.apply(memory);
  }

  /** The first step begins. */
  void begin(long now) {
    last = now;
  }

  /** A step has ended. */
  void lap() {
    if (timesEach) {
      long now = System.nanoTime();
      record(now - last);
      last = now;
    }
  }

  void record(long nanos) {
    latencies.recordValue(Math.min(nanos, MAX_NANOS));
  }

  Histogram latencies() {
    return latencies;
  }

  /** Makes key and value those of a number, ready to be written. */
  void prepare(long number) {
    key.set(number);
    expected.write(number, value);
  }

  /** Fails unless a point read found a value of the number. */
  void checkValue(long number, int length) {
    if (settings.check() && !expected.matches(number, value, length)) {
      throw wrong(number, length == Client.ABSENT ? "nothing" : "another value");
    }
  }

  /** Fails unless the cursor found an entry, and it has the key and a value of the number. */
  void checkCursor(boolean found, long number) {
    if (!found) {
      throw wrong(number, "no more entries");
    }
    if (settings.check() && !client.standsOn(expected, number)) {
      throw wrong(number, "another entry");
    }
  }

  static WrongAnswerException wrong(long number, String found) {
    return new WrongAnswerException("key " + number + ": the store gave " + found);
  }

  @Override
  public void close() {
    client.close();
    arena.close();
  }
}
