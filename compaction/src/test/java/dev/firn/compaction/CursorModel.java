package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Moves a cursor at random and compares it with a {@link ListCursor} over the same entries. */
final class CursorModel {

  private CursorModel() {}

  /** Random moves; keys are those of trees 1 and 2 that begin with {@code u}. Closes the cursor. */
  static void compare(Random random, InternalCursor tested, InternalCursor model) {
    for (int step = 0; step < 300; step++) {
      int move = random.nextInt(100);
      boolean expected;
      boolean actual;
      if (model.isValid() && move < 90) {
        // Long walks in one direction, with turns.
        boolean forward = (step / 16) % 2 == (random.nextInt(12) == 0 ? 1 : 0);
        expected = forward ? model.next() : model.prev();
        actual = forward ? tested.next() : tested.prev();
      } else if (move % 2 == 0) {
        byte[] key = Entry.key(1 + random.nextInt(2), new byte[] {'u', (byte) random.nextInt(128)});
        long trailer = SequenceNumber.seekTrailer(random.nextInt(5));
        boolean after = random.nextBoolean();
        expected = seek(model, after, key, trailer);
        actual = seek(tested, after, key, trailer);
      } else {
        boolean first = random.nextBoolean();
        expected = first ? model.first() : model.last();
        actual = first ? tested.first() : tested.last();
      }
      assertEquals(expected, actual);
      assertEquals(expected, tested.isValid());
      if (expected) {
        assertEquals(ListCursor.current(model), ListCursor.current(tested));
      }
    }
    tested.close();
    assertFalse(tested.isValid());
  }

  static boolean seek(InternalCursor cursor, boolean atOrAfter, byte[] key, long trailer) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
      return atOrAfter
          ? cursor.seek(memory, 0, key.length, trailer)
          : cursor.seekBefore(memory, 0, key.length, trailer);
    }
  }
}
