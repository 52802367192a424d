package dev.firn.cli.bench;

import dev.firn.Cursor;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a workload works with: key and value in native memory, made once and reused,
 * so that operations allocate nothing.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Owns its memory and its cursor;
 * closed by the thread at the end of the workload.
 */
final class Session implements AutoCloseable {

  final BenchSettings settings;
  final BenchData data;
  final BenchValues values;
  final Shuffle shuffle;
  final SplitMix random;
  final Tree tree;
  final WriteBatch batch = new WriteBatch();

  final BenchKey key;
  final MemorySegment value;
  final MemorySegment foundKey;

  private final Arena arena = Arena.ofConfined();
  private @Nullable Cursor cursor;

  Session(BenchSettings settings, BenchData data, BenchValues values, int thread) {
    this.settings = settings;
    this.data = data;
    this.values = values;
    this.shuffle = new Shuffle(settings.num(), settings.seed() + data.newest());
    this.random = new SplitMix(SplitMix.mix(settings.seed() + thread) + data.newest());
    this.tree = data.tree();
    this.key = new BenchKey(arena);
    this.value = arena.allocate(settings.valueBytes(), 8);
    this.foundKey = arena.allocate(BenchKey.BYTES + 1L, 8);
  }

  /** The thread's cursor, opened at the first call. */
  Cursor cursor() {
    Cursor open = cursor;
    if (open == null) {
      open = tree.cursor();
      cursor = open;
    }
    return open;
  }

  /** Makes key and value those of a number, ready to be written. */
  void prepare(long number) {
    key.set(number);
    values.write(number, data.newest(), value);
  }

  /** Fails unless what a point read left in {@link #value} is the value of a number. */
  void checkValue(long number, long length) {
    if (settings.check() && !values.matches(number, data.oldest(), data.newest(), value, length)) {
      throw wrong(number, length == Tree.ABSENT ? "nothing" : "another value");
    }
  }

  /**
   * Fails unless the cursor stands on a number and its value; {@link #key} is that of the
   * number.
   */
  void checkCursor(Cursor at, long number) {
    if (!settings.check()) {
      return;
    }
    if (!key.matches(foundKey, at.copyKey(foundKey))) {
      throw wrong(number, "another key");
    }
    checkValue(number, at.copyValue(value));
  }

  static WrongAnswerException wrong(long number, String found) {
    return new WrongAnswerException("key " + number + ": the store gave " + found);
  }

  @Override
  public void close() {
    Cursor open = cursor;
    if (open != null) {
      open.close();
    }
    arena.close();
  }
}
