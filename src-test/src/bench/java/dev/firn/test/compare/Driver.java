package dev.firn.test.compare;

import dev.firn.cli.bench.BenchKey;
import dev.firn.cli.bench.Shuffle;
import dev.firn.cli.bench.SplitMix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.HdrHistogram.Histogram;

/**
 * What one thread drives a store with. Everything is made before the clock starts.
 *
 * <p><b>Threading.</b> Made, used and closed by its thread.
 *
 * <p><b>Ownership.</b> Owns its memory and its client.
 */
final class Driver implements AutoCloseable {

  private static final long MAX_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;

  final Settings settings;
  final Expected expected;
  final Shuffle shuffle;
  final SplitMix random;
  final BenchKey key;
  final MemorySegment value;
  final Client client;
  final Histogram latencies = new Histogram(MAX_NANOS, DIGITS);

  private final Arena arena = Arena.ofConfined();

  Driver(Settings settings, Expected expected, StoreAdapter peer, int thread) {
    this.settings = settings;
    this.expected = expected;
    this.shuffle = new Shuffle(settings.num(), settings.seed() + expected.newest());
    this.random = new SplitMix(SplitMix.mix(settings.seed() + thread) + expected.newest());
    EntryMemory memory = EntryMemory.allocate(arena, settings.valueBytes());
    this.key = memory.key();
    this.value = memory.value();
    this.client = peer.client(memory);
  }

  /** Makes key and value those of a number, ready to be written. */
  void prepare(long number) {
    key.set(number);
    expected.write(number, value);
  }

  /** Fails unless a point read brought the value of a number. */
  void checkValue(long number, int length) {
    if (!expected.matches(number, value, length)) {
      throw Expected.wrong(number, length == Client.ABSENT ? "nothing" : "another value");
    }
  }

  /** Fails unless the cursor found an entry, and it is that of the key. */
  void checkCursor(boolean found, long number) {
    if (!found || !client.standsOn(expected, number)) {
      throw Expected.wrong(number, found ? "another entry" : "no more entries");
    }
  }

  @Override
  public void close() {
    client.close();
    arena.close();
  }
}
