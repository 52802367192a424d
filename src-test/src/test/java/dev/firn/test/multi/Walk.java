package dev.firn.test.multi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.MultiCursor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Moves a cursor at random, and compares it after each move with the pairs that it must see. */
final class Walk {

  private final Random random;
  private final Samples samples;
  private final MultiCursor cursor;
  private final List<Pair> pairs;

  /** The index of the pair that the cursor is on; -1 for none. */
  private int at = -1;

  Walk(Random random, Samples samples, MultiCursor cursor, List<Pair> pairs) {
    this.random = random;
    this.samples = samples;
    this.cursor = cursor;
    this.pairs = pairs;
  }

  void run(int moves) {
    for (int i = 0; i < moves; i++) {
      String move = move();
      Pair expected = at < 0 ? null : pairs.get(at);
      Pair found = cursor.isValid() ? new Pair(cursor.keyBytes(), cursor.valueBytes()) : null;
      assertEquals(expected, found, move);
    }
  }

  private String move() {
    int chosen = random.nextInt(at < 0 ? 8 : 24);
    return switch (chosen) {
      case 0 -> moved("first", cursor.first(), 0);
      case 1 -> moved("last", cursor.last(), pairs.size() - 1);
      case 2, 3 -> seekKey(samples.key());
      case 4, 5, 6, 7 -> seek(samples.key(), samples.value());
      case 8, 9, 10, 11, 12, 13 -> moved("next", cursor.next(), at + 1);
      case 14, 15, 16, 17, 18, 19 -> moved("prev", cursor.prev(), at - 1);
      case 20, 21 -> {
        int next = at + 1;
        while (next < pairs.size() && pairs.get(next).hasKey(pairs.get(at).key())) {
          next++;
        }
        yield moved("nextKey", cursor.nextKey(), next);
      }
      default -> {
        int previous = at - 1;
        while (previous >= 0 && pairs.get(previous).hasKey(pairs.get(at).key())) {
          previous--;
        }
        yield moved("prevKey", cursor.prevKey(), previous);
      }
    };
  }

  private String seekKey(byte[] key) {
    int first = (int) pairs.stream().filter(p -> compare(p, key) < 0).count();
    int after = (int) pairs.stream().filter(p -> compare(p, key) <= 0).count();
    MemorySegment memory = MemorySegment.ofArray(key);
    return switch (random.nextInt(6)) {
      case 0 -> moved("seek", cursor.seek(key), first);
      case 1 -> moved("seek in memory", cursor.seek(memory), first);
      case 2 -> moved("seekBefore", cursor.seekBefore(key), first - 1);
      case 3 -> moved("seekBefore in memory", cursor.seekBefore(memory), first - 1);
      case 4 -> moved("seekAtOrBefore", cursor.seekAtOrBefore(key), after - 1);
      default -> moved("seekAtOrBefore in memory", cursor.seekAtOrBefore(memory), after - 1);
    };
  }

  private static int compare(Pair pair, byte[] key) {
    return Arrays.compareUnsigned(pair.key(), key);
  }

  private String seek(byte[] key, byte[] value) {
    Pair target = new Pair(key, value);
    int first = (int) pairs.stream().filter(p -> p.compareTo(target) < 0).count();
    int after = (int) pairs.stream().filter(p -> p.compareTo(target) <= 0).count();
    MemorySegment k = MemorySegment.ofArray(key);
    MemorySegment v = MemorySegment.ofArray(value);
    return switch (random.nextInt(6)) {
      case 0 -> moved("seek a pair", cursor.seek(key, value), first);
      case 1 -> moved("seek a pair in memory", cursor.seek(k, v), first);
      case 2 -> moved("seekBefore a pair", cursor.seekBefore(key, value), first - 1);
      case 3 -> moved("seekBefore a pair in memory", cursor.seekBefore(k, v), first - 1);
      case 4 -> moved("seekAtOrBefore a pair", cursor.seekAtOrBefore(key, value), after - 1);
      default -> moved("seekAtOrBefore in memory", cursor.seekAtOrBefore(k, v), after - 1);
    };
  }

  private String moved(String move, boolean found, int to) {
    at = to >= 0 && to < pairs.size() ? to : -1;
    assertEquals(at >= 0, found, move);
    return move;
  }
}
