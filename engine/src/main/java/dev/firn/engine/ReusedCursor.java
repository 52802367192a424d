package dev.firn.engine;

import dev.firn.core.InternalCursor;
import dev.firn.core.ReadMoment;
import dev.firn.error.StoreFailedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link ScanCursor} that is opened and closed, again and again. Each opening gives
 * it a new <i>lease</i>, a number which every call of its user names, so that a call with an old
 * lease finds the cursor closed, whatever it is used for meanwhile.
 *
 * <p><b>Threading.</b> One thread at a time; any thread may close it. <b>Ownership.</b> {@link
 * OpenCursors} owns it. It pins a view until {@link #close}.
 */
abstract class ReusedCursor {

  /*
   * A step within a batch does not exclude close() by another thread, so it could go on when the
   * cursor has its next user. Therefore a cursor is opened again only if the thread that closed it
   * is the one that moved it last: that thread is in no other method of it. Steps within a batch
   * are not recorded as moves; a thread that makes one while another closes the cursor breaks the
   * rule of one thread at a time.
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

  static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ReusedCursor.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final OpenCursors cursors;
  private final Health health;
  private final ScanMemory memory;
  private final ScanSources sources;
  private final ReadLoad.Counter reads;
  private final ReadMoment moment = new ReadMoment();

  /**
   * What the user who opened the cursor names in each call. A field, not a method: between the
   * opening and the place where the user keeps the cursor nothing can fail.
   */
  public long lease;

  volatile long state = CLOSED;

  /** The phase after the current method. */
  long rest = IDLE;

  /** Pinned on a stripe; null while the cursor is closed. */
  private @Nullable ReadView view;

  private int stripe;

  /** The id of the thread that opened or moved it last. */
  long user;

  /** Whether a move or the opening was not completed: parts may be in any state. */
  boolean spoiled;

  /** The failure that broke the cursor. Written before {@link #BROKEN}. */
  private @Nullable RuntimeException fault;

  ReusedCursor(OpenCursors cursors, Health health, ScanMemory memory) {
    this.cursors = cursors;
    this.health = health;
    this.memory = memory;
    this.sources = new ScanSources(memory.window(), memory.bound());
    this.reads = cursors.readLoad().counter();
  }

  final Health health() {
    return health;
  }

  final ScanMemory memory() {
    return memory;
  }

  final ScanSources sources() {
    return sources;
  }

  final ReadLoad.Counter reads() {
    return reads;
  }

  /**
   * Opens the closed cursor.
   *
   * @param from the first user key of the range
   * @param to the first user key after the range, or null for the tree's end
   * @param sequence gives the sequence to read at, after the view was pinned
   * @param overlay entries over those of the store; null for none
   */
  void open(
      CurrentView views,
      int tree,
      byte[] from,
      byte @Nullable [] to,
      LongSupplier sequence,
      @Nullable ScanOverlay overlay) {
    long next = (state & ~PHASE) + NEXT_LEASE;
    lease = next;
    int pinnedOn = ReadView.stripe() + ReadView.CURSOR;
    // Before the view is taken, see OpenCursors.closeAll.
    STATE.setVolatile(this, next | BUSY);
    ReadView pinned = null;
    boolean opened = false;
    try {
      pinned = views.acquire(pinnedOn);
      memory.range().set(tree, from, to);
      long at = sequence.getAsLong();
      user = Thread.currentThread().threadId();
      rest = IDLE;
      reads.begin(pinned.version().runs());
      InternalCursor source = sources.open(pinned, memory.range(), overlay);
      moment.set(at, overlay == null ? 0 : overlay.newest());
      begin(pinned, source, sources.ranges(at), moment);
      stripe = pinnedOn;
      view = pinned;
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

  abstract ScanCursor self();

  /**
   * Begins to read a source of entries at a moment.
   *
   * @param ranges what range tombstones hide; null for nothing
   */
  abstract void begin(
      ReadView pinned, InternalCursor source, @Nullable ScanRanges ranges, ReadMoment moment);

  /**
   * Keeps the store from closing the cursor while a thread is in a method, and a second thread from
   * entering one.
   */
  final void enter(long lease) {
    if (!STATE.compareAndSet(this, lease, lease | BUSY)) {
      throw notIdle(lease);
    }
  }

  /** Records a failed read; returns the exception to throw. */
  final RuntimeException unreadable(Throwable e) {
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

  final IllegalStateException closed() {
    return cursors.areClosed()
        ? StoreClosed.exception()
        : new IllegalStateException("the cursor is closed");
  }

  /** What to throw for memory that is freed: another thread may have closed the cursor. */
  final IllegalStateException freed(long lease, IllegalStateException e) {
    return isOpen(lease) ? e : closed();
  }

  final boolean isOpen(long lease) {
    long seen = state;
    return (seen & ~PHASE) == lease && (seen & PHASE) != CLOSED;
  }

  final ReadView pinned() {
    ReadView held = view;
    if (held == null) {
      throw closed();
    }
    return held;
  }

  /** Releases the view. Idempotent; waits for a method that another thread is in. */
  public final void close(long lease) {
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
      reads.add(0, memory.gapWalk().takePassed());
      memory.gapWalk().close();
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
      cursors.giveBack(self());
    } else {
      reads.publish();
      cursors.discard(self());
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
    return memory.target().memory().scope().isAlive();
  }

  /** Frees the memory of the closed cursor, which is not opened again. */
  void free() {
    try {
      sources.close();
    } finally {
      memory.free();
    }
  }
}
