package dev.firn.engine;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A walk over the keys of a range as they were at one sequence: of each key the newest entry at or
 * below it, deleted keys left out.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Pins a view until {@link #close}.
 */
public final class ScanCursor implements AutoCloseable {

  /*
   * Where the source stands.
   *
   * Forward: on the entry that is current. The next key is found by stepping over the older entries
   * of the current key, and over entries above the sequence.
   *
   * Backward: before all entries of the current key, since of a key's entries the newest comes
   * first and so is met last. What was found on the way is kept in `key` and `valueCopy`; a value
   * too large to be copied is found again by a search, which leaves the source as after a forward
   * move.
   */

  /** No entry has this trailer: its kind does not exist. */
  private static final long NOT_VISIBLE = -1;

  /** Values up to this size are copied while walking backward. */
  private static final long MAX_COPIED_BYTES = 16 * 1024;

  /** Nobody is inside a method. */
  private static final int IDLE = 0;

  /** A thread is inside a method. */
  private static final int BUSY = 1;

  private static final int CLOSED = 2;

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
  private final View view;
  private final InternalCursor source;
  private final long sequence;
  private final KeyBuffer lower;
  private final KeyBuffer upper;
  private final KeyBuffer key = new KeyBuffer();
  private final KeyBuffer target = new KeyBuffer();
  private final KeyBuffer valueCopy = new KeyBuffer();

  private volatile int state = IDLE;

  private boolean valid;
  private boolean forward = true;
  private MemorySegment value = MemorySegment.NULL;
  private long valueOffset;
  private long valueLength;

  /**
   * @param view pinned for a cursor; the new cursor takes over the pin
   * @param lower the first store key of the range
   * @param upper the first store key behind the range
   */
  ScanCursor(
      OpenCursors cursors,
      Health health,
      View view,
      InternalCursor source,
      long sequence,
      KeyBuffer lower,
      KeyBuffer upper) {
    this.cursors = cursors;
    this.health = health;
    this.view = view;
    this.source = source;
    this.sequence = sequence;
    this.lower = lower;
    this.upper = upper;
    cursors.add(this);
  }

  /** Moves to the first key. */
  public boolean first() {
    enter();
    try {
      return findFirst();
    } catch (InternalError | CorruptionException e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the last key. */
  public boolean last() {
    enter();
    try {
      return findLast();
    } catch (InternalError | CorruptionException e) {
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
      return findAtOrAfterTarget();
    } catch (InternalError | CorruptionException e) {
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
      return findAtOrAfterTarget();
    } catch (InternalError | CorruptionException e) {
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
      return findBeforeTarget();
    } catch (InternalError | CorruptionException e) {
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
      return findBeforeTarget();
    } catch (InternalError | CorruptionException e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the next key. */
  public boolean next() {
    enter();
    try {
      checkValid();
      if (forward) {
        source.next();
      } else {
        source.seek(key.memory(), 0, key.length(), SequenceNumber.MIN_TRAILER);
      }
      return findForward(true);
    } catch (InternalError | CorruptionException e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Moves to the previous key. */
  public boolean prev() {
    enter();
    try {
      checkValid();
      if (forward) {
        source.seekBefore(key.memory(), 0, key.length(), SequenceNumber.MAX_TRAILER);
      }
      return findBackward();
    } catch (InternalError | CorruptionException e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  /** Whether the cursor stands on a key. */
  public boolean isValid() {
    return valid && state != CLOSED;
  }

  /** The memory that holds the current store key, from its start. */
  public MemorySegment key() {
    checkReadable();
    return key.memory();
  }

  /** The current store key's length. */
  public int keyLength() {
    checkReadable();
    return key.length();
  }

  /** The memory that holds the current value. */
  public MemorySegment value() {
    checkReadable();
    return value;
  }

  /** Where the current value starts in {@link #value}. */
  public long valueOffset() {
    return valueOffset;
  }

  /** The current value's length. */
  public long valueLength() {
    checkReadable();
    return valueLength;
  }

  /** Lets go of the view. Idempotent; waits for a method that another thread is inside of. */
  @Override
  public void close() {
    for (int waits = 0; ; waits++) {
      int seen = (int) STATE.compareAndExchange(this, IDLE, CLOSED);
      if (seen == CLOSED) {
        return;
      }
      if (seen == IDLE) {
        break;
      }
      Pause.pause(waits);
    }
    valid = false;
    cursors.remove(this);
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
    STATE.setRelease(this, IDLE);
  }

  /** Makes it known, and returns what the caller throws. */
  private RuntimeException unreadable(Throwable e) {
    valid = false;
    if (e instanceof CorruptionException corruption) {
      health.damaged("reading", corruption);
      return corruption;
    }
    // A page that the device could not deliver: nothing that was read can be trusted.
    return health.fail("reading", e);
  }

  private IllegalStateException notIdle() {
    return state == CLOSED
        ? closed()
        : new IllegalStateException("the cursor is being used by another thread");
  }

  private IllegalStateException closed() {
    return cursors.areClosed() ? Views.closed() : new IllegalStateException("the cursor is closed");
  }

  private void checkReadable() {
    if (state == CLOSED) {
      throw closed();
    }
    checkValid();
  }

  private void checkValid() {
    if (!valid) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
  }

  private boolean findFirst() {
    source.seek(lower.memory(), 0, lower.length(), SequenceNumber.MAX_TRAILER);
    return findForward(false);
  }

  private boolean findLast() {
    source.seekBefore(upper.memory(), 0, upper.length(), SequenceNumber.MAX_TRAILER);
    return findBackward();
  }

  private boolean findAtOrAfterTarget() {
    if (lower.compareTo(target.memory(), 0, target.length()) >= 0) {
      return findFirst();
    }
    source.seek(target.memory(), 0, target.length(), SequenceNumber.MAX_TRAILER);
    return findForward(false);
  }

  private boolean findBeforeTarget() {
    if (upper.compareTo(target.memory(), 0, target.length()) <= 0) {
      return findLast();
    }
    source.seekBefore(target.memory(), 0, target.length(), SequenceNumber.MAX_TRAILER);
    return findBackward();
  }

  /**
   * From where the source stands, finds the first key that has a value.
   *
   * @param skipping whether entries of the key in {@link #key} are passed over
   */
  private boolean findForward(boolean skipping) {
    forward = true;
    boolean skip = skipping;
    while (source.isValid() && isBelowUpper()) {
      boolean isOld = skip && isCurrentKey();
      if (!isOld && SequenceNumber.sequence(source.trailer()) <= sequence) {
        key.set(source.key(), source.keyOffset(), source.keyLength());
        if (isPut()) {
          return found(source.value(), source.valueOffset(), source.valueLength());
        }
        skip = true;
      }
      source.next();
    }
    valid = false;
    return false;
  }

  /** From where the source stands, finds the last key that has a value. */
  private boolean findBackward() {
    forward = false;
    while (source.isValid() && isAtOrAboveLower()) {
      key.set(source.key(), source.keyOffset(), source.keyLength());
      long newest = collectVersions();
      if (newest != NOT_VISIBLE && SequenceNumber.kindCode(newest) == ValueKind.PUT.code()) {
        return valueLength <= MAX_COPIED_BYTES
            ? found(valueCopy.memory(), 0, valueLength)
            : findAgain(newest);
      }
    }
    valid = false;
    return false;
  }

  /**
   * Steps back over all entries of the key; keeps a copy of the newest visible one's value.
   *
   * @return the trailer of the newest visible entry, or {@link #NOT_VISIBLE}
   */
  private long collectVersions() {
    long newest = NOT_VISIBLE;
    do {
      if (SequenceNumber.sequence(source.trailer()) <= sequence) {
        newest = source.trailer();
        valueLength = source.valueLength();
        if (valueLength <= MAX_COPIED_BYTES) {
          valueCopy.set(source.value(), source.valueOffset(), valueLength);
        }
      }
      source.prev();
    } while (source.isValid() && isCurrentKey());
    return newest;
  }

  private boolean findAgain(long trailer) {
    source.seek(key.memory(), 0, key.length(), trailer);
    forward = true;
    return found(source.value(), source.valueOffset(), source.valueLength());
  }

  private boolean found(MemorySegment segment, long offset, long length) {
    value = segment;
    valueOffset = offset;
    valueLength = length;
    valid = true;
    return true;
  }

  private boolean isPut() {
    return SequenceNumber.kindCode(source.trailer()) == ValueKind.PUT.code();
  }

  private boolean isCurrentKey() {
    return key.length() == source.keyLength()
        && key.compareTo(source.key(), source.keyOffset(), source.keyLength()) == 0;
  }

  private boolean isBelowUpper() {
    return upper.compareTo(source.key(), source.keyOffset(), source.keyLength()) > 0;
  }

  private boolean isAtOrAboveLower() {
    return lower.compareTo(source.key(), source.keyOffset(), source.keyLength()) <= 0;
  }
}
