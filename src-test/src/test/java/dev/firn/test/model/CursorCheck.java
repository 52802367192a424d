package dev.firn.test.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.test.model.Operation.Move;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A cursor, and its expected place in the model. */
final class CursorCheck implements AutoCloseable {

  private final Cursor cursor;
  private final Model model;
  private final int tree;
  private final Range range;
  private final long commit;

  /** The cursor's expected key; null where it is not valid. */
  private @Nullable Key place;

  CursorCheck(Cursor cursor, Model model, int tree, Range range, long commit) {
    this.cursor = cursor;
    this.model = model;
    this.tree = tree;
    this.range = range;
    this.commit = commit;
  }

  /** Moves both; returns the entry that they reach. */
  String move(Move move) {
    Key key = move.key();
    switch (move.step()) {
      case FIRST -> arrive(cursor.first(), find(null, true, true));
      case LAST -> arrive(cursor.last(), find(null, true, false));
      case SEEK -> {
        arrive(seekAtOrBefore(key), find(key, true, false));
        arrive(seek(key), find(key, true, true));
      }
      case SEEK_BEFORE -> arrive(seekBefore(key), find(key, false, false));
      case NEXT -> step(true);
      case PREV -> step(false);
    }
    return place == null ? "-" : place + " " + model.get(tree, place, commit);
  }

  /** Keys of odd length are passed as memory segments, others as arrays. */
  private boolean seek(Key key) {
    if (key.bytes().length % 2 == 0) {
      return cursor.seek(key.bytes());
    }
    try (Arena arena = Arena.ofConfined()) {
      return cursor.seek(Buffers.of(arena, key.bytes()));
    }
  }

  private boolean seekBefore(Key key) {
    if (key.bytes().length % 2 == 0) {
      return cursor.seekBefore(key.bytes());
    }
    try (Arena arena = Arena.ofConfined()) {
      return cursor.seekBefore(Buffers.of(arena, key.bytes()));
    }
  }

  private boolean seekAtOrBefore(Key key) {
    if (key.bytes().length % 2 == 0) {
      return cursor.seekAtOrBefore(key.bytes());
    }
    try (Arena arena = Arena.ofConfined()) {
      return cursor.seekAtOrBefore(Buffers.of(arena, key.bytes()));
    }
  }

  private void step(boolean forward) {
    if (place == null) {
      assertThrows(IllegalStateException.class, forward ? cursor::next : cursor::prev);
      arrive(false, null);
    } else {
      arrive(forward ? cursor.next() : cursor.prev(), find(place, false, forward));
    }
  }

  private @Nullable Key find(@Nullable Key from, boolean inclusive, boolean forward) {
    return model.find(tree, range, commit, from, inclusive, forward);
  }

  private void arrive(boolean valid, @Nullable Key wanted) {
    place = wanted;
    assertEquals(valid, cursor.isValid(), "isValid");
    if (wanted == null) {
      assertTrue(!valid, () -> "wanted the end, found " + new Key(cursor.keyBytes()));
      assertThrows(IllegalStateException.class, cursor::key);
      assertThrows(IllegalStateException.class, cursor::value);
      return;
    }
    assertTrue(valid, () -> "wanted " + wanted + ", found the end");
    assertEquals(wanted, new Key(cursor.keyBytes()));
    assertEntry(wanted, model.get(tree, wanted, commit));
  }

  private void assertEntry(Key key, @Nullable Value value) {
    assertArrayEquals(key.bytes(), Buffers.toArray(cursor.key()), "key()");
    assertEquals(key.bytes().length, cursor.keyLength());
    assertEquals(value == null ? -1 : value.length(), cursor.valueLength());
    byte[] bytes = cursor.valueBytes();
    Reading.assertValue(value, bytes);
    MemorySegment view = cursor.value();
    assertEquals(-1, view.mismatch(MemorySegment.ofArray(bytes)), "value()");
    assertTrue(view.isReadOnly() && cursor.key().isReadOnly(), "views are read-only");
    byte[] half = new byte[bytes.length / 2];
    assertEquals(bytes.length, cursor.copyValue(MemorySegment.ofArray(half)));
    assertEquals(-1, view.asSlice(0, half.length).mismatch(MemorySegment.ofArray(half)));
    byte[] copy = new byte[key.bytes().length + 1];
    assertEquals(key.bytes().length, cursor.copyKey(MemorySegment.ofArray(copy)));
    assertEquals(
        -1,
        MemorySegment.ofArray(copy)
            .asSlice(0, key.bytes().length)
            .mismatch(MemorySegment.ofArray(key.bytes())));
  }

  /** Walks over everything; returns the number of entries. */
  String scan(boolean forward) {
    arrive(forward ? cursor.first() : cursor.last(), find(null, true, forward));
    int entries = 0;
    while (place != null) {
      entries++;
      step(forward);
    }
    int[] passed = new int[1];
    cursor.forEach((key, memory, offset, length) -> passed[0]++);
    assertEquals(entries, passed[0], "forEach");
    return entries + " entries";
  }

  void assertClosed() {
    assertThrows(IllegalStateException.class, cursor::first);
    assertThrows(IllegalStateException.class, () -> cursor.seek(new byte[0]));
    assertThrows(IllegalStateException.class, cursor::keyBytes);
  }

  @Override
  public void close() {
    cursor.close();
    cursor.close();
    assertThrows(IllegalStateException.class, cursor::first);
  }
}
