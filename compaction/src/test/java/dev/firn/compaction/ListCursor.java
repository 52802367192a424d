package dev.firn.compaction;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntFunction;

/** A cursor over entries in a list, slow and obvious. Its memory changes with every move. */
final class ListCursor extends InternalCursor {

  private final List<Entry> entries;
  private final IntFunction<MemorySegment> memory;
  private int position;

  ListCursor(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.memory = size -> Arena.ofAuto().allocate(size);
  }

  @Override
  public boolean first() {
    return at(0);
  }

  @Override
  public boolean last() {
    return at(entries.size() - 1);
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    int i = 0;
    while (i < entries.size() && compare(i, key, offset, length, trailer) < 0) {
      i++;
    }
    return at(i);
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    int i = 0;
    while (i < entries.size() && compare(i, key, offset, length, trailer) < 0) {
      i++;
    }
    return at(i - 1);
  }

  private int compare(int i, MemorySegment key, long offset, int length, long trailer) {
    MemorySegment mine = MemorySegment.ofArray(entries.get(i).key());
    return KeyOrder.compare(
        mine, 0, (int) mine.byteSize(), entries.get(i).trailer(), key, offset, length, trailer);
  }

  @Override
  public boolean next() {
    check();
    return at(position + 1);
  }

  @Override
  public boolean prev() {
    check();
    return at(position - 1);
  }

  private void check() {
    if (!isValid()) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
  }

  private boolean at(int i) {
    position = i;
    if (i < 0 || i >= entries.size()) {
      return setInvalid();
    }
    Entry entry = entries.get(i);
    MemorySegment key = copy(entry.key());
    setKey(key, 0, entry.key().length, entry.trailer());
    return setValue(copy(entry.value()), 0, entry.value().length);
  }

  private MemorySegment copy(byte[] bytes) {
    MemorySegment copy = memory.apply(bytes.length);
    MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  /** The entry a cursor stands on. */
  static Entry current(InternalCursor cursor) {
    return new Entry(
        cursor.key().asSlice(cursor.keyOffset(), cursor.keyLength()).toArray(ValueLayout.JAVA_BYTE),
        cursor.trailer(),
        cursor
            .value()
            .asSlice(cursor.valueOffset(), cursor.valueLength())
            .toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void close() {
    setInvalid();
  }
}
