package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FaultBarrier;
import dev.firn.error.StoreFailedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the keys of a range as they were at one sequence: of each key the newest entry at or
 * below it, deleted keys left out.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Pins a view until {@link #close}.
 */
public final class ScanCursor implements AutoCloseable {

  /*
   * Entries are read from the source in batches; the source stands on the last one that was read.
   * A step within a batch is all but free: no layer below is asked, and nothing has to be locked,
   * because the memory of a batch cannot go away. Whoever turns around searches for the current
   * key, and begins a new batch there.
   *
   * A value too large to be kept while walking backward is found again by a search, which leaves
   * the source as after a forward move.
   */

  /** Nobody is inside a method. */
  private static final int IDLE = 0;

  /** A thread is inside a method. */
  private static final int BUSY = 1;

  private static final int CLOSED = 2;

  /** A page was gone: nothing can be read any more. */
  private static final int BROKEN = 3;

  private static final int NONE = -1;

  /** What was read is counted together, once it is so many entries or searches. */
  private static final int COUNTED_TOGETHER = 1024;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ScanCursor.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final OpenCursors cursors;
  private final Health health;
  private final ReadView view;
  private final InternalCursor source;
  private final KeyBuffer lower;
  private final KeyBuffer upper;
  private final KeyBuffer target = new KeyBuffer();
  private final ScanBatch batch;
  private final EntryBatch entries;

  private volatile int state = IDLE;

  /** The state in which a method leaves the cursor. */
  private int rest = IDLE;

  /** What broke the cursor. Written before the state says so. */
  private @Nullable RuntimeException fault;

  /** The current entry of the batch; {@link #NONE} when the cursor stands nowhere. */
  private int place = NONE;

  private boolean forward = true;

  /** How many runs of tables there are to be searched. */
  private final int runs;

  private int searches;
  private int walked;

  /**
   * @param view pinned for a cursor; the new cursor takes over the pin
   * @param lower the first store key of the range
   * @param upper the first store key behind the range
   */
  ScanCursor(
      OpenCursors cursors,
      Health health,
      ReadView view,
      InternalCursor source,
      long sequence,
      KeyBuffer lower,
      KeyBuffer upper) {
    this.cursors = cursors;
    this.health = health;
    this.view = view;
    this.source = source;
    this.lower = lower;
    this.upper = upper;
    this.batch = new ScanBatch(sequence, lower, upper);
    this.entries = batch.entries();
    this.runs = view.version().runs();
    cursors.add(this);
  }

  /** Moves to the first key. */
  public boolean first() {
    enter();
    try {
      return settled(findFirst());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the last key. */
  public boolean last() {
    enter();
    try {
      return settled(findLast());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(int tree, MemorySegment userKey) {
    enter();
    try {
      target.setStoreKey(tree, userKey);
      return settled(findAtOrAfterTarget());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(int tree, byte[] userKey) {
    enter();
    try {
      target.setStoreKey(tree, userKey);
      return settled(findAtOrAfterTarget());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(int tree, MemorySegment userKey) {
    enter();
    try {
      target.setStoreKey(tree, userKey);
      return settled(findBeforeTarget());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(int tree, byte[] userKey) {
    enter();
    try {
      target.setStoreKey(tree, userKey);
      return settled(findBeforeTarget());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(int tree, MemorySegment userKey) {
    enter();
    try {
      target.setStoreKey(tree, userKey);
      return settled(findAtOrBeforeTarget());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(int tree, byte[] userKey) {
    enter();
    try {
      target.setStoreKey(tree, userKey);
      return settled(findAtOrBeforeTarget());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the next key. */
  public boolean next() {
    int next = place + 1;
    if (forward && place != NONE && next < entries.size() && state == IDLE) {
      place = next;
      return true;
    }
    enter();
    try {
      checkValid();
      if (forward) {
        boolean found = batch.readNext(source);
        count(0);
        return settled(stand(found));
      }
      source.seek(key(), 0, keyLength(), SequenceNumber.MIN_TRAILER);
      return settled(readForward());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the previous key. */
  public boolean prev() {
    int next = place + 1;
    if (!forward && place != NONE && next < entries.size() && state == IDLE) {
      place = next;
      if (!batch.isValueGone(next)) {
        return true;
      }
    }
    enter();
    try {
      checkValid();
      if (!forward) {
        count(0);
        return settled(
            batch.isValueGone(place) ? findAgain() : standBackward(batch.readPrev(source)));
      }
      source.seekBefore(key(), 0, keyLength(), SequenceNumber.MAX_TRAILER);
      return settled(readBackward());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Whether the cursor stands on a key. */
  public boolean isValid() {
    return place != NONE && state != CLOSED;
  }

  /** The memory that holds the current store key, from its start. */
  public MemorySegment key() {
    checkReadable();
    return entries.key(place);
  }

  /** The current store key's length. */
  public int keyLength() {
    checkReadable();
    return entries.keyLength(place);
  }

  /** The memory that holds the current value. */
  public MemorySegment value() {
    checkReadable();
    MemorySegment memory = entries.value(place);
    return health.hasFailed() ? checked(memory) : memory;
  }

  private MemorySegment checked(MemorySegment memory) {
    try {
      return view.checked(memory, valueOffset() + valueLength());
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    }
  }

  /** Where the current value starts in {@link #value}. */
  public long valueOffset() {
    return entries.valueOffset(place);
  }

  /** The current value's length. */
  public long valueLength() {
    checkReadable();
    return entries.valueLength(place);
  }

  /** A copy of the value. */
  public byte[] valueBytes() {
    byte[] copy = new byte[Math.toIntExact(valueLength())];
    try {
      MemorySegment.copy(value(), ValueLayout.JAVA_BYTE, valueOffset(), copy, 0, copy.length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw unreadableValue(e);
    }
    return copy;
  }

  /** Copies as much of the value as fits into {@code target}; returns the value's whole length. */
  public long copyValue(MemorySegment target) {
    long length = valueLength();
    try {
      MemorySegment.copy(value(), valueOffset(), target, 0, Math.min(length, target.byteSize()));
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw unreadableValue(e);
    }
    return length;
  }

  /** The cursor stands where it stood: other values may be there. */
  private RuntimeException unreadableValue(InternalError e) {
    return health.unreadable("reading", e, view);
  }

  /** Lets go of the view. Idempotent; waits for a method that another thread is inside of. */
  @Override
  public void close() {
    for (int waits = 0; ; waits++) {
      int seen = state;
      if (seen == CLOSED) {
        return;
      }
      if (seen != BUSY && STATE.compareAndSet(this, seen, CLOSED)) {
        break;
      }
      Backoff.pause(waits);
    }
    cursors.remove(this);
    if (searches + walked > 0) {
      countTogether();
    }
    try {
      source.close();
    } finally {
      view.unpinForCursor();
    }
  }

  /**
   * Keeps the store from closing the cursor while a thread is inside, and two threads from being
   * inside at once.
   */
  private void enter() {
    if (!STATE.compareAndSet(this, IDLE, BUSY)) {
      throw notIdle();
    }
  }

  private void leave() {
    STATE.setRelease(this, rest);
  }

  /** A move counts once nothing that it read can turn out to be gone. */
  private static boolean settled(boolean found) {
    FaultBarrier.pass();
    return found;
  }

  /** Makes it known, and returns what the caller throws. */
  private RuntimeException unreadable(Throwable e) {
    place = NONE;
    RuntimeException known = health.unreadable("reading", e, view);
    if (known instanceof StoreFailedException) {
      // What the layers below remember of where they stand may come from a page that is gone.
      fault = known;
      rest = BROKEN;
    }
    return known;
  }

  private RuntimeException notIdle() {
    RuntimeException broken = fault;
    if (state == BROKEN && broken != null) {
      return broken;
    }
    return state == CLOSED
        ? closed()
        : new IllegalStateException("the cursor is being used by another thread");
  }

  private IllegalStateException closed() {
    return cursors.areClosed()
        ? CurrentView.closed()
        : new IllegalStateException("the cursor is closed");
  }

  private void checkReadable() {
    if (state == CLOSED) {
      throw closed();
    }
    checkValid();
  }

  private void checkValid() {
    if (place == NONE) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
  }

  private boolean findFirst() {
    source.seek(lower.memory(), 0, lower.length(), SequenceNumber.MAX_TRAILER);
    return readForward();
  }

  private boolean findLast() {
    source.seekBefore(upper.memory(), 0, upper.length(), SequenceNumber.MAX_TRAILER);
    return readBackward();
  }

  private boolean findAtOrAfterTarget() {
    if (lower.compareTo(target.memory(), 0, target.length()) >= 0) {
      return findFirst();
    }
    source.seek(target.memory(), 0, target.length(), SequenceNumber.MAX_TRAILER);
    return readForward();
  }

  private boolean findBeforeTarget() {
    if (upper.compareTo(target.memory(), 0, target.length()) <= 0) {
      return findLast();
    }
    source.seekBefore(target.memory(), 0, target.length(), SequenceNumber.MAX_TRAILER);
    return readBackward();
  }

  private boolean findAtOrBeforeTarget() {
    if (upper.compareTo(target.memory(), 0, target.length()) <= 0) {
      return findLast();
    }
    source.seekBefore(target.memory(), 0, target.length(), SequenceNumber.MIN_TRAILER);
    return readBackward();
  }

  /** Begins at the entry the source stands on. */
  private boolean readForward() {
    forward = true;
    count(1);
    batch.restart(place);
    return stand(batch.readForward(source));
  }

  /** Begins at the entry the source stands on. */
  private boolean readBackward() {
    forward = false;
    count(1);
    batch.restart(place);
    return standBackward(batch.readBackward(source));
  }

  /** Takes note of what is read, if it is read of several runs. */
  private void count(int moreSearches) {
    if (runs > 1) {
      searches += moreSearches;
      walked += entries.size();
      if (walked + searches >= COUNTED_TOGETHER) {
        countTogether();
      }
    }
  }

  private void countTogether() {
    cursors.readLoad().add(searches, runs, walked);
    searches = 0;
    walked = 0;
  }

  private boolean stand(boolean found) {
    place = found ? 0 : NONE;
    return found;
  }

  private boolean standBackward(boolean found) {
    return stand(found) && (!batch.isValueGone(0) || findAgain());
  }

  /** The current entry, whose value is gone. */
  private boolean findAgain() {
    source.seek(key(), 0, keyLength(), entries.trailer(place));
    return readForward();
  }
}
