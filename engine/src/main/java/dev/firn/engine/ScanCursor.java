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
 * A cursor over the keys of a range as of one sequence: of each key the newest entry at or below
 * it, without deleted keys.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Pins a view until {@link #close}.
 */
public final class ScanCursor implements AutoCloseable {

  /*
   * Entries are read from the source in batches; the source is on the last entry read. A step
   * within a batch costs almost nothing: it asks no cursor below, and takes no lock, because an
   * access to the memory of a batch that is freed meanwhile throws. A step in the other direction
   * searches for the current key, and begins a new batch there.
   *
   * A value that is too large to be kept during a backward step is found again by a search, which
   * leaves the source as after a forward step.
   */

  /** The states: no thread is in a method, one is, closed, unreadable because a page was lost. */
  private static final int IDLE = 0;

  private static final int BUSY = 1;
  private static final int CLOSED = 2;
  private static final int BROKEN = 3;
  private static final int NONE = -1;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ScanCursor.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private enum Move {
    FIRST,
    LAST,
    SEEK,
    SEEK_BEFORE,
    SEEK_AT_OR_BEFORE,
    NEXT,
    PREV
  }

  private final OpenCursors cursors;
  private final Health health;
  private final ReadView view;
  private final InternalCursor source;
  private final KeyBuffer lower;
  private final KeyBuffer upper;
  private final ScanMemory memory;
  private final KeyBuffer target;
  private final GapWalk gapWalk;
  private final ScanBatch batch;
  private final EntryBatch entries;
  private final ReadLoad.Counter reads;

  private volatile int state = IDLE;

  /** The state after the current method. */
  private int rest = IDLE;

  /** The failure that broke the cursor. Written before {@link #BROKEN}. */
  private @Nullable RuntimeException fault;

  /** The current entry of the batch, or {@link #NONE}. */
  private int place = NONE;

  private boolean forward = true;

  /**
   * @param view pinned for a cursor; the new cursor takes over the pin
   * @param source all entries of the view
   * @param memory with the range; the new cursor takes it over
   */
  ScanCursor(
      OpenCursors cursors,
      Health health,
      ReadView view,
      InternalCursor source,
      long sequence,
      ScanMemory memory) {
    this.cursors = cursors;
    this.health = health;
    this.view = view;
    this.source = source;
    this.memory = memory;
    this.lower = memory.range().lower();
    this.upper = memory.range().upper();
    this.target = memory.target();
    this.batch = memory.batch();
    this.gapWalk = memory.gapWalk();
    gapWalk.begin(view, sequence);
    batch.begin(sequence);
    this.entries = batch.entries();
    this.reads = cursors.readLoad().counter(view.version().runs());
    cursors.add(this);
  }

  /** Moves to the first key. */
  public boolean first() {
    return move(Move.FIRST);
  }

  /** Moves to the last key. */
  public boolean last() {
    return move(Move.LAST);
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(int tree, MemorySegment userKey) {
    return move(Move.SEEK, tree, userKey, null);
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(int tree, byte[] userKey) {
    return move(Move.SEEK, tree, null, userKey);
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(int tree, MemorySegment userKey) {
    return move(Move.SEEK_BEFORE, tree, userKey, null);
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(int tree, byte[] userKey) {
    return move(Move.SEEK_BEFORE, tree, null, userKey);
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(int tree, MemorySegment userKey) {
    return move(Move.SEEK_AT_OR_BEFORE, tree, userKey, null);
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(int tree, byte[] userKey) {
    return move(Move.SEEK_AT_OR_BEFORE, tree, null, userKey);
  }

  /** Moves to the next key. */
  public boolean next() {
    int next = place + 1;
    if (forward && place != NONE && next < entries.size() && state == IDLE) {
      place = next;
      return true;
    }
    return move(Move.NEXT);
  }

  /** Moves to the previous key. */
  public boolean prev() {
    int next = place + 1;
    if (!forward && place != NONE && next < entries.size() && state == IDLE) {
      place = next;
      if (!batch.isValueDropped(next)) {
        return true;
      }
    }
    return move(Move.PREV);
  }

  private boolean move(Move move) {
    return move(move, 0, null, null);
  }

  /**
   * Every move but a step within a batch.
   *
   * @param tree for a seek, its tree
   * @param segment for a seek, its user key, unless {@code bytes} is
   * @param bytes for a seek, its user key, unless {@code segment} is
   */
  private boolean move(
      Move move, int tree, @Nullable MemorySegment segment, byte @Nullable [] bytes) {
    enter();
    boolean done = false;
    try {
      setTarget(tree, segment, bytes);
      boolean found =
          switch (move) {
            case FIRST -> findFirst();
            case LAST -> findLast();
            case SEEK -> findAtOrAfterTarget();
            case SEEK_BEFORE -> findBeforeTarget(SequenceNumber.MAX_TRAILER);
            case SEEK_AT_OR_BEFORE -> findBeforeTarget(SequenceNumber.MIN_TRAILER);
            case NEXT -> findNext();
            case PREV -> findPrev();
          };
      // The move is done once none of the pages that it read can turn out to be lost.
      FaultBarrier.pass();
      done = true;
      return found;
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      if (!done) {
        place = NONE;
      }
      // Without a method of the store's: a cursor that stays busy keeps it from closing.
      STATE.setRelease(this, rest);
    }
  }

  private void setTarget(int tree, @Nullable MemorySegment segment, byte @Nullable [] bytes) {
    if (segment != null) {
      target.setStoreKey(tree, segment);
    } else if (bytes != null) {
      target.setStoreKey(tree, bytes);
    }
  }

  /**
   * Keeps the store from closing the cursor while a thread is in a method, and a second thread from
   * entering one.
   */
  private void enter() {
    if (!STATE.compareAndSet(this, IDLE, BUSY)) {
      throw notIdle();
    }
  }

  /** Records a failed read; returns the exception to throw. */
  private RuntimeException unreadable(Throwable e) {
    RuntimeException known = health.unreadable("reading", e, view);
    if (known instanceof StoreFailedException) {
      // The position that the source remembers may come from a lost page.
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
        ? StoreClosed.exception()
        : new IllegalStateException("the cursor is closed");
  }

  /** Whether the cursor is on a key. */
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

  /** A copy of the value. If it cannot be read, the cursor keeps its position. */
  public byte[] valueBytes() {
    byte[] copy = PointReader.array(valueLength(), "value() or copyValue(MemorySegment)");
    try {
      MemorySegment.copy(value(), ValueLayout.JAVA_BYTE, valueOffset(), copy, 0, copy.length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw health.unreadable("reading", e, view);
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
      throw health.unreadable("reading", e, view);
    }
    return length;
  }

  private void checkReadable() {
    if (state == CLOSED) {
      throw closed();
    }
    checkValid();
  }

  private void checkValid() {
    if (place == NONE) {
      throw new IllegalStateException("the cursor is on no entry");
    }
  }

  /** Releases the view. Idempotent; waits for a method that another thread is in. */
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
    try {
      cursors.remove(this);
      reads.add(0, gapWalk.takePassed());
      reads.publish();
      source.close();
      cursors.memories().giveBack(memory);
    } finally {
      view.cursorPins.getAndDecrement();
      view.reclaimIfRetired();
    }
  }

  private boolean findFirst() {
    gapWalk.seek(source, lower);
    return readForward();
  }

  private boolean findLast() {
    gapWalk.seekBefore(source, upper, SequenceNumber.MAX_TRAILER);
    return readBackward();
  }

  private boolean findAtOrAfterTarget() {
    if (lower.compareTo(target.memory(), 0, target.length()) >= 0) {
      return findFirst();
    }
    gapWalk.seek(source, target);
    return readForward();
  }

  /**
   * @param trailer the largest, to find keys before the target; the smallest, to find it as well
   */
  private boolean findBeforeTarget(long trailer) {
    if (upper.compareTo(target.memory(), 0, target.length()) <= 0) {
      return findLast();
    }
    gapWalk.seekBefore(source, target, trailer);
    return readBackward();
  }

  private boolean findNext() {
    checkValid();
    if (forward) {
      boolean found = batch.readNext(source);
      reads.add(0, entries.size());
      return enterBatch(found);
    }
    source.seek(key(), 0, keyLength(), SequenceNumber.MIN_TRAILER);
    return readForward();
  }

  private boolean findPrev() {
    checkValid();
    if (forward) {
      source.seekBefore(key(), 0, keyLength(), SequenceNumber.MAX_TRAILER);
      return readBackward();
    }
    reads.add(0, entries.size());
    return batch.isValueDropped(place) ? findAgain() : enterBatchBackward(batch.readPrev(source));
  }

  /** Begins a batch at the current entry of the source. */
  private boolean readForward() {
    forward = true;
    reads.add(1, entries.size());
    batch.restart(place);
    return enterBatch(batch.readForward(source));
  }

  /** Begins a backward batch at the current entry of the source. */
  private boolean readBackward() {
    forward = false;
    reads.add(1, entries.size());
    batch.restart(place);
    return enterBatchBackward(batch.readBackward(source));
  }

  private boolean enterBatch(boolean found) {
    place = found ? 0 : NONE;
    return found;
  }

  private boolean enterBatchBackward(boolean found) {
    return enterBatch(found) && (!batch.isValueDropped(0) || findAgain());
  }

  /** Finds the current entry again, whose value the batch has dropped. */
  private boolean findAgain() {
    source.seek(key(), 0, keyLength(), entries.trailer(place));
    return readForward();
  }
}
