package dev.firn.version;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges cursors into one cursor over all their entries, in order. Entries of one key come newest
 * first.
 *
 * <p>A step allocates nothing.
 *
 * <p><b>Ownership.</b> Owns its children and closes them.
 */
public final class MergingCursor extends InternalCursor {

  /*
   * The valid children are kept in the order of their current entries, each with the key
   * prefix of its key. The first child has the cursor's current entry. After it has moved, it is
   * inserted where it now belongs; while it stays before the second child, nothing changes. Such
   * streaks are common, because keys are clustered or one child is much larger. There are few
   * children, so an insertion from the front does as few comparisons as a tournament tree, and
   * mispredicts one branch instead of one per tree level.
   *
   * Prefixes are adjusted so that the smaller signed number comes first in the direction of
   * movement. Keys are compared only when prefixes are equal. When that happens too often, the
   * window of bytes from which prefixes are made is moved to where the keys differ.
   *
   * In forward direction, every child but the first is on its first entry after the current one. To
   * turn around, each of them steps back once and is then on its last entry before the current one.
   * Backward direction mirrors this.
   */

  private static final int INITIAL_CHILDREN = 8;

  /** Max ties between unequal keys until another window is chosen. */
  private static final int MAX_TIES = 4;

  /** The children, and room for more. */
  private InternalCursor[] children;

  private int count;

  /** The valid children, in the order of their entries. */
  private InternalCursor[] order;

  /** The key prefix of each valid child's key. */
  private long[] prefixes;

  private final PrefixWindow window;
  private int live;
  private boolean backward;
  private int ties = MAX_TIES;
  private @Nullable InternalCursor tiedA;
  private @Nullable InternalCursor tiedB;

  /** Takes over the children, positioned or not. */
  public MergingCursor(List<InternalCursor> children) {
    this(new PrefixWindow(Arena.ofAuto()));
    children.forEach(this::add);
  }

  /**
   * A cursor without children.
   *
   * @param window used by this cursor alone
   */
  public MergingCursor(PrefixWindow window) {
    this.window = window;
    this.children = new InternalCursor[INITIAL_CHILDREN];
    this.order = new InternalCursor[INITIAL_CHILDREN];
    this.prefixes = new long[INITIAL_CHILDREN];
  }

  /** Adds a child, positioned or not; the cursor is on no entry until it is moved. */
  public void add(InternalCursor child) {
    setInvalid();
    if (count == children.length) {
      children = Arrays.copyOf(children, 2 * count);
      order = new InternalCursor[2 * count];
      prefixes = new long[2 * count];
    }
    children[count++] = child;
  }

  /** Gives up all children without closing them; they may be added to another merge. */
  public void clear() {
    setInvalid();
    count = 0;
    live = 0;
  }

  @Override
  public boolean first() {
    backward = false;
    for (int i = 0; i < count; i++) {
      children[i].first();
    }
    return sortAll();
  }

  @Override
  public boolean last() {
    backward = true;
    for (int i = 0; i < count; i++) {
      children[i].last();
    }
    return sortAll();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    backward = false;
    for (int i = 0; i < count; i++) {
      children[i].seek(key, offset, length, trailer);
    }
    return sortAll();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    backward = true;
    for (int i = 0; i < count; i++) {
      children[i].seekBefore(key, offset, length, trailer);
    }
    return sortAll();
  }

  @Override
  public boolean next() {
    checkValid();
    if (backward) {
      return turnForward();
    }
    return moveToFirst(order[0].next());
  }

  @Override
  public boolean prev() {
    checkValid();
    if (!backward) {
      return turnBackward();
    }
    return moveToFirst(order[0].prev());
  }

  /**
   * Moves children that are before a key to the first entry at or after it, in forward direction.
   *
   * @param from the index of the first child to move; the preceding ones stay
   */
  public boolean skipTo(int from, MemorySegment key, long offset, int length) {
    assert !backward;
    for (int i = from; i < count; i++) {
      InternalCursor child = children[i];
      if (child.isValid() && compareKey(child, key, offset, length) < 0) {
        child.seek(key, offset, length, SequenceNumber.MAX_TRAILER);
      }
    }
    return sortAll();
  }

  /** As {@link #skipTo}, in backward direction: to the last entry before the key. */
  public boolean skipBefore(int from, MemorySegment key, long offset, int length) {
    assert backward;
    for (int i = from; i < count; i++) {
      InternalCursor child = children[i];
      if (child.isValid() && compareKey(child, key, offset, length) >= 0) {
        child.seekBefore(key, offset, length, SequenceNumber.MAX_TRAILER);
      }
    }
    return sortAll();
  }

  private static int compareKey(InternalCursor child, MemorySegment key, long offset, int length) {
    return KeyOrder.compare(child.key(), child.keyOffset(), child.keyLength(), key, offset, length);
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    if (backward) {
      batch.append(this);
      return;
    }
    while (true) {
      InternalCursor first = order[0];
      first.readForward(batch, live > 1 ? order[1] : null);
      if (batch.isFull() || !first.keepsValuesOnNext()) {
        setFrom(first);
        return;
      }
      if (!place(first.next())) {
        setInvalid();
        return;
      }
    }
  }

  @Override
  public void readBackward(EntryBatch batch, @Nullable InternalCursor behind) {
    if (!backward) {
      batch.append(this);
      return;
    }
    while (true) {
      InternalCursor first = order[0];
      first.readBackward(batch, live > 1 ? order[1] : null);
      if (batch.isFull() || !first.keepsValuesOnPrev()) {
        setFrom(first);
        return;
      }
      if (!place(first.prev())) {
        setInvalid();
        return;
      }
    }
  }

  @Override
  public boolean keepsValuesOnNext() {
    return order[0].keepsValuesOnNext();
  }

  @Override
  public boolean keepsValuesOnPrev() {
    return order[0].keepsValuesOnPrev();
  }

  private void checkValid() {
    if (!isValid()) {
      throw new IllegalStateException("the cursor is not on an entry");
    }
  }

  private boolean turnForward() {
    backward = false;
    for (int i = 0; i < count; i++) {
      InternalCursor child = children[i];
      if (child.isValid()) {
        child.next();
      } else {
        child.first();
      }
    }
    return sortAll();
  }

  private boolean turnBackward() {
    backward = true;
    for (int i = 0; i < count; i++) {
      InternalCursor child = children[i];
      if (child.isValid()) {
        child.prev();
      } else {
        child.last();
      }
    }
    return sortAll();
  }

  /** Sorts the children after all of them moved. */
  private boolean sortAll() {
    live = 0;
    for (int c = 0; c < count; c++) {
      InternalCursor child = children[c];
      if (child.isValid()) {
        long prefix = prefix(child);
        int i = live++;
        while (i > 0 && precedes(prefix, child, prefixes[i - 1], order[i - 1])) {
          set(i, prefixes[i - 1], order[i - 1]);
          i--;
        }
        set(i, prefix, child);
      }
    }
    return live > 0 ? setFrom(order[0]) : setInvalid();
  }

  private boolean moveToFirst(boolean firstIsValid) {
    return place(firstIsValid) ? setFrom(order[0]) : setInvalid();
  }

  /**
   * Inserts the first child where it belongs after it moved.
   *
   * @param valid whether it is on an entry
   * @return whether any child is
   */
  private boolean place(boolean valid) {
    InternalCursor moved = order[0];
    int i = 1;
    if (valid) {
      long prefix = prefix(moved);
      while (i < live && precedes(prefixes[i], order[i], prefix, moved)) {
        set(i - 1, prefixes[i], order[i]);
        i++;
      }
      set(i - 1, prefix, moved);
    } else {
      live--;
      System.arraycopy(order, 1, order, 0, live);
      System.arraycopy(prefixes, 1, prefixes, 0, live);
    }
    if (ties > MAX_TIES) {
      moveWindow();
    }
    return live > 0;
  }

  @SuppressWarnings("ReferenceEquality") // the very same object
  private void set(int i, long prefix, InternalCursor child) {
    prefixes[i] = prefix;
    if (order[i] != child) { // storing a reference costs more than comparing it
      order[i] = child;
    }
  }

  private long prefix(InternalCursor child) {
    long prefix = window.prefix(child) ^ Long.MIN_VALUE;
    return backward ? ~prefix : prefix;
  }

  /** Whether child {@code a} comes before child {@code b} in the direction of movement. */
  private boolean precedes(long aPrefix, InternalCursor a, long bPrefix, InternalCursor b) {
    return aPrefix != bPrefix ? aPrefix < bPrefix : precedesByKey(a, b);
  }

  private boolean precedesByKey(InternalCursor a, InternalCursor b) {
    int result =
        KeyOrder.compare(
            a.key(), a.keyOffset(), a.keyLength(), b.key(), b.keyOffset(), b.keyLength());
    if (result == 0) {
      result = Long.compareUnsigned(b.trailer(), a.trailer());
    } else {
      ties++;
      tiedA = a;
      tiedB = b;
    }
    return result < 0 != backward;
  }

  /** Chooses a window in which the last two tied children differ; the order stays. */
  private void moveWindow() {
    ties = 0;
    InternalCursor a = tiedA;
    InternalCursor b = tiedB;
    if (a != null && b != null && a.isValid() && b.isValid()) {
      window.choose(a, b);
      for (int i = 0; i < live; i++) {
        prefixes[i] = prefix(order[i]);
      }
    }
  }

  @Override
  public void close() {
    setInvalid();
    for (int i = 0; i < count; i++) {
      children[i].close();
    }
  }
}
