package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.file.FaultBarrier;
import dev.firn.error.StoreFailedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the keys of a range as of one sequence: of each key the newest entry at or below
 * it, without deleted keys.
 *
 * <p>It is reused: after {@link #close} another user may open it. Each opening gives it a new
 * <i>lease</i>, a number which every call of its user names, so that a call with an old lease finds
 * the cursor closed, whatever it is used for meanwhile.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> {@link OpenCursors} owns it. It pins
 * a view until {@link #close}.
 */
public final class ScanCursor {

  /*
   * Entries are read from the source in batches; the source is on the last entry read. A step
   * within a batch costs almost nothing: it asks no cursor below, and takes no lock. A step in the
   * other direction searches for the current key, and begins a new batch there.
   *
   * A value that is too large to be kept during a backward step is found again by a search, which
   * leaves the source as after a forward step.
   *
   * A step within a batch does not exclude close() by another thread, so it could go on when the
   * cursor has its next user. Therefore a cursor is opened again only if the thread that closed it
   * is the one that moved it last: that thread is in no other method of it.
   */

  /** The bits of the state that say what the cursor is doing; the others are the lease. */
  private static final long PHASE = 3;

  /** No thread is in a method. */
  private static final long IDLE = 0;

  /** A thread is in a method. */
  private static final long BUSY = 1;

  private static final long CLOSED = 2;

  /** A page was lost: the cursor cannot be read. */
  private static final long BROKEN = 3;

  private static final long NEXT_LEASE = PHASE + 1;

  private static final int NONE = -1;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ScanCursor.class, "state", long.class);
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
  private final KeyBuffer lower;
  private final KeyBuffer upper;
  private final ScanMemory memory;
  private final KeyBuffer target;
  private final GapWalk gapWalk;
  private final ScanBatch batch;
  private final EntryBatch entries;
  private final ScanSources sources;
  private final ScanValues values;
  private final ReadLoad.Counter reads;

  /**
   * What the user who opened the cursor names in each call. A field, not a method: between the
   * opening and the place where the user keeps the cursor nothing can fail.
   */
  public long lease;

  private volatile long state = CLOSED;

  /** The phase after the current method. */
  private long rest = IDLE;

  /** Pinned on a stripe; null while the cursor is closed. */
  private @Nullable ReadView view;

  private int stripe;
  private InternalCursor source;

  /** The id of the thread that opened or moved it last. */
  private long user;

  /** Whether a move or the opening was not completed: parts may be in any state. */
  private boolean spoiled;

  /** The failure that broke the cursor. Written before {@link #BROKEN}. */
  private @Nullable RuntimeException fault;

  /** The current entry of the batch, or {@link #NONE}. */
  private int place = NONE;

  private boolean forward = true;

  /** A view of the key's memory for the users of the API, and what it shows. */
  private MemorySegment keyView = MemorySegment.NULL;

  private MemorySegment keyMemory = MemorySegment.NULL;

  /**
   * A closed cursor.
   *
   * @param arena has its memory; the cursor takes it over
   */
  ScanCursor(OpenCursors cursors, KnownGaps gaps, Health health, Arena arena) {
    this.cursors = cursors;
    this.health = health;
    this.memory = new ScanMemory(arena, gaps);
    this.lower = memory.range().lower();
    this.upper = memory.range().upper();
    this.target = memory.target();
    this.gapWalk = memory.gapWalk();
    this.batch = memory.batch();
    this.entries = batch.entries();
    this.sources = new ScanSources(memory.window());
    this.source = sources.merged();
    this.values = new ScanValues(entries);
    this.reads = cursors.readLoad().counter();
  }

  /**
   * Opens the closed cursor.
   *
   * @param from the first user key of the range
   * @param to the first user key after the range, or null for the tree's end
   * @param sequence gives the sequence to read at, after the view was pinned
   */
  void open(CurrentView views, int tree, byte[] from, byte @Nullable [] to, LongSupplier sequence) {
    long next = (state & ~PHASE) + NEXT_LEASE;
    lease = next;
    // Before the view is taken, see OpenCursors.closeAll.
    STATE.setVolatile(this, next | BUSY);
    int pinnedOn = ReadView.stripe() + ReadView.CURSOR;
    ReadView pinned = null;
    boolean opened = false;
    try {
      memory.range().set(tree, from, to);
      pinned = views.acquire(pinnedOn);
      long at = sequence.getAsLong();
      begin(pinned, pinnedOn, sources.open(pinned, memory.range()), sources.ranges(at), at);
      opened = true;
    } finally {
      if (!opened && pinned != null) {
        pinned.pins.getAndDecrement(pinnedOn);
      }
      STATE.setRelease(this, next | (opened ? IDLE : CLOSED));
      if (!opened) {
        spoiled = true;
        if (pinned != null) {
          pinned.reclaimIfRetired();
        }
      }
    }
  }

  /** Begins to read a source of entries at a sequence. */
  private void begin(
      ReadView pinned,
      int pinnedOn,
      InternalCursor entriesOfView,
      @Nullable ScanRanges ranges,
      long sequence) {
    user = Thread.currentThread().threadId();
    source = entriesOfView;
    gapWalk.begin(pinned, sources, sequence);
    batch.begin(sequence, ranges, place);
    place = NONE;
    forward = true;
    rest = IDLE;
    reads.begin(pinned.version().runs());
    stripe = pinnedOn;
    view = pinned;
  }

  /** Replaces the entries of the view, for tests. */
  void readFrom(InternalCursor other) {
    source = other;
  }

  /** Moves to the first key. */
  public boolean first(long lease) {
    return move(lease, Move.FIRST);
  }

  /** Moves to the last key. */
  public boolean last(long lease) {
    return move(lease, Move.LAST);
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(long lease, int tree, MemorySegment userKey) {
    return move(lease, Move.SEEK, tree, userKey, null);
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(long lease, int tree, byte[] userKey) {
    return move(lease, Move.SEEK, tree, null, userKey);
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(long lease, int tree, MemorySegment userKey) {
    return move(lease, Move.SEEK_BEFORE, tree, userKey, null);
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(long lease, int tree, byte[] userKey) {
    return move(lease, Move.SEEK_BEFORE, tree, null, userKey);
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(long lease, int tree, MemorySegment userKey) {
    return move(lease, Move.SEEK_AT_OR_BEFORE, tree, userKey, null);
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(long lease, int tree, byte[] userKey) {
    return move(lease, Move.SEEK_AT_OR_BEFORE, tree, null, userKey);
  }

  /** Moves to the next key. */
  public boolean next(long lease) {
    int next = place + 1;
    if (forward && place != NONE && next < entries.size() && state == lease) {
      place = next;
      return true;
    }
    return move(lease, Move.NEXT);
  }

  /** Moves to the previous key. */
  public boolean prev(long lease) {
    int next = place + 1;
    if (!forward && place != NONE && next < entries.size() && state == lease) {
      place = next;
      if (!batch.isValueDropped(next)) {
        return true;
      }
    }
    return move(lease, Move.PREV);
  }

  private boolean move(long lease, Move move) {
    return move(lease, move, 0, null, null);
  }

  /**
   * Every move but a step within a batch.
   *
   * @param tree for a seek, its tree
   * @param segment for a seek, its user key, unless {@code bytes} is
   * @param bytes for a seek, its user key, unless {@code segment} is
   */
  private boolean move(
      long lease, Move move, int tree, @Nullable MemorySegment segment, byte @Nullable [] bytes) {
    enter(lease);
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
        spoiled = true;
      }
      // Without a method of the store's: a cursor that stays busy keeps it from closing.
      STATE.setRelease(this, lease | rest);
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
  private void enter(long lease) {
    if (!STATE.compareAndSet(this, lease, lease | BUSY)) {
      throw notIdle(lease);
    }
    user = Thread.currentThread().threadId();
  }

  /** Records a failed read; returns the exception to throw. */
  private RuntimeException unreadable(Throwable e) {
    RuntimeException known = health.unreadable("reading", e, pinned());
    if (known instanceof StoreFailedException) {
      // The position that the source remembers may come from a lost page.
      fault = known;
      rest = BROKEN;
    }
    return known;
  }

  private RuntimeException notIdle(long lease) {
    RuntimeException broken = fault;
    if (state == (lease | BROKEN) && broken != null) {
      return broken;
    }
    return !isOpen(lease)
        ? closed()
        : new IllegalStateException("the cursor is being used by another thread");
  }

  private IllegalStateException closed() {
    return cursors.areClosed()
        ? StoreClosed.exception()
        : new IllegalStateException("the cursor is closed");
  }

  private boolean isOpen(long lease) {
    long seen = state;
    return (seen & ~PHASE) == lease && (seen & PHASE) != CLOSED;
  }

  /** Whether the cursor is on a key. */
  public boolean isValid(long lease) {
    return place != NONE && isOpen(lease);
  }

  /** The memory that holds the current store key, from its start. */
  public MemorySegment key(long lease) {
    checkReadable(lease);
    return entries.key(place);
  }

  /** A read-only view of the current user key. May be the same object as before a move. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  public MemorySegment userKey(long lease) {
    checkReadable(lease);
    MemorySegment bytes = entries.key(place);
    int length = entries.keyLength(place) - StoreKey.TREE_BYTES;
    if (bytes != keyMemory || keyView.byteSize() != length) {
      keyMemory = bytes;
      keyView = bytes.asSlice(StoreKey.TREE_BYTES, length).asReadOnly();
    }
    return keyView;
  }

  /** The current store key's length. */
  public int keyLength(long lease) {
    checkReadable(lease);
    return entries.keyLength(place);
  }

  /** The memory that holds the current value. */
  public MemorySegment value(long lease) {
    checkReadable(lease);
    findValue(lease);
    return currentValue();
  }

  private MemorySegment currentValue() {
    MemorySegment memory = entries.value(place);
    return health.hasFailed() ? checked(memory) : memory;
  }

  /** Finds the value if the entry is a reference to it. If that fails, the cursor stays there. */
  private void findValue(long lease) {
    if (!values.isReference(place)) {
      return;
    }
    enter(lease);
    try {
      values.resolve(place, pinned().version().valueFiles());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      STATE.setRelease(this, lease | rest);
    }
  }

  private MemorySegment checked(MemorySegment memory) {
    try {
      return pinned().checked(memory, entries.valueOffset(place) + entries.valueLength(place));
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, pinned());
    }
  }

  private ReadView pinned() {
    ReadView held = view;
    if (held == null) {
      throw closed();
    }
    return held;
  }

  /** Where the current value starts in {@link #value}. */
  public long valueOffset(long lease) {
    checkReadable(lease);
    findValue(lease);
    return entries.valueOffset(place);
  }

  /** The current value's length. */
  public long valueLength(long lease) {
    checkReadable(lease);
    return values.length(place);
  }

  /** A copy of the value. If it cannot be read, the cursor keeps its position. */
  public byte[] valueBytes(long lease) {
    byte[] copy = PointReader.array(valueLength(lease), "value() or copyValue(MemorySegment)");
    findValue(lease);
    long offset = entries.valueOffset(place);
    try {
      MemorySegment.copy(currentValue(), ValueLayout.JAVA_BYTE, offset, copy, 0, copy.length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw health.unreadable("reading", e, pinned());
    }
    return copy;
  }

  /** Copies as much of the value as fits into {@code target}; returns the value's whole length. */
  public long copyValue(long lease, MemorySegment target) {
    long length = valueLength(lease);
    findValue(lease);
    long offset = entries.valueOffset(place);
    try {
      MemorySegment.copy(currentValue(), offset, target, 0, Math.min(length, target.byteSize()));
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw health.unreadable("reading", e, pinned());
    }
    return length;
  }

  private void checkReadable(long lease) {
    if (state != lease && !isOpen(lease)) {
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
  public void close(long lease) {
    for (int waits = 0; ; waits++) {
      long seen = state;
      if ((seen & ~PHASE) != lease || (seen & PHASE) == CLOSED) {
        return;
      }
      if ((seen & PHASE) != BUSY && STATE.compareAndSet(this, seen, lease | CLOSED)) {
        break;
      }
      Backoff.pause(waits);
    }
    ReadView held = view;
    boolean reusable = false;
    try {
      sources.rest();
      reusable = isReusable();
    } finally {
      view = null;
      if (held != null) {
        held.pins.getAndDecrement(stripe);
        held.reclaimIfRetired();
      }
    }
    if (reusable) {
      cursors.giveBack(this);
    } else {
      reads.publish();
      cursors.discard(this);
    }
  }

  /** Closes the cursor for good, if it is open or being opened. */
  void closeWithStore() {
    close(state & ~PHASE);
  }

  private boolean isReusable() {
    return !spoiled
        && fault == null
        && user == Thread.currentThread().threadId()
        && !cursors.areClosed()
        && memory.isModest()
        && sources.isModest();
  }

  /** Whether its memory is not freed. */
  boolean isAlive() {
    return target.memory().scope().isAlive();
  }

  /** Frees the memory of the closed cursor, which is not opened again. */
  void free() {
    try {
      sources.close();
    } finally {
      memory.free();
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
    gapWalk.restart();
    seekTo(SequenceNumber.MIN_TRAILER);
    return readForward();
  }

  private boolean findPrev() {
    checkValid();
    if (forward) {
      gapWalk.restart();
      source.seekBefore(
          entries.key(place), 0, entries.keyLength(place), SequenceNumber.MAX_TRAILER);
      return readBackward();
    }
    reads.add(0, entries.size());
    return batch.isValueDropped(place) ? findAgain() : enterBatchBackward(batch.readPrev(source));
  }

  /** Moves the source to the first entry at or after a trailer of the current key. */
  private void seekTo(long trailer) {
    source.seek(entries.key(place), 0, entries.keyLength(place), trailer);
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
    if (found) {
      values.enter(pinned().version().valueFiles());
    }
    return found;
  }

  private boolean enterBatchBackward(boolean found) {
    return enterBatch(found) && (!batch.isValueDropped(0) || findAgain());
  }

  /** Finds the current entry again, whose value the batch has dropped. */
  private boolean findAgain() {
    gapWalk.restart();
    seekTo(entries.trailer(place));
    return readForward();
  }
}
