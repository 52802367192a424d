package dev.firn.transaction;

import dev.firn.core.EntryRef;
import dev.firn.core.ReadMoment;
import dev.firn.engine.ChangeSearch;
import dev.firn.engine.CommitCondition;
import dev.firn.engine.Conflict;
import dev.firn.engine.Engine;
import dev.firn.engine.KeyBuffer;
import dev.firn.engine.OpenSnapshot;
import dev.firn.engine.PointReader;
import dev.firn.engine.ScanCursor;
import dev.firn.engine.Session;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;
import dev.firn.wal.RecordMark;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A transaction without the API around it: a snapshot, what was written and read since, and how it
 * ended.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. {@link #expire} may be called by any thread
 * at any time; it ends the transaction unless it is being committed.
 *
 * <p><b>Ownership.</b> Holds a snapshot, and an exclusive one the right to write, until it has
 * ended. Its memory is the collector's.
 */
public final class OpenTransaction {

  /** How far it is. */
  private enum State {
    OPEN("is open"),
    COMMITTING("is being committed"),
    COMMITTED("was committed"),
    ROLLED_BACK("was rolled back or closed"),
    FAILED("was not committed, and has ended"),
    EXPIRED("was open for longer than maxTransactionAge, and has ended: its writes are lost"),
    STORE_CLOSED("has ended with its store, which was closed");

    private final String phrase;

    State(String phrase) {
      this.phrase = phrase;
    }
  }

  private final Transactions owner;
  private final Engine engine;
  private final Level level;
  private final OpenSnapshot snapshot;
  private final long beganNanos;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private final EntryRef own = new EntryRef();

  /** Own writes have not expired: they are newer than what the transaction reads. */
  private final ReadMoment ownMoment = new ReadMoment();

  private final WriteSet writes;
  private @Nullable ReadSet reads;

  OpenTransaction(
      Transactions owner,
      Engine engine,
      Level level,
      WriteSet writes,
      OpenSnapshot snapshot,
      long beganNanos) {
    this.owner = owner;
    this.engine = engine;
    this.level = level;
    this.writes = writes;
    this.snapshot = snapshot;
    this.beganNanos = beganNanos;
  }

  /** What it validates. */
  public Level level() {
    return level;
  }

  /** The sequence of the newest entry of others that it sees. */
  public long sequence() {
    return snapshot.sequence();
  }

  /** Whether it has not ended. */
  public boolean isOpen() {
    return state() == State.OPEN;
  }

  /** When it began, on the clock of {@link Transactions}. */
  long beganNanos() {
    return beganNanos;
  }

  private State state() {
    return Objects.requireNonNull(state.get());
  }

  /** Throws if it has ended. */
  public void checkOpen() {
    State now = state();
    if (now != State.OPEN) {
      throw new IllegalStateException("the transaction " + now.phrase);
    }
  }

  /** The record to add a write to. */
  public RecordBuilder record() {
    checkOpen();
    if (level == Level.READ_ONLY) {
      throw new IllegalStateException("the transaction is read-only");
    }
    return writes.record();
  }

  /** The end of the writes. */
  public RecordMark mark() {
    checkOpen();
    return writes.record().mark();
  }

  /** Removes the writes after a mark. */
  public void cut(RecordMark mark) {
    checkOpen();
    writes.cut(mark);
  }

  /** Requires the session's key to be unchanged when the transaction commits. */
  public void lock(Session session) {
    record();
    if (level != Level.EXCLUSIVE) {
      reads().add(session.key());
    }
  }

  private ReadSet reads() {
    ReadSet known = reads;
    if (known == null) {
      known = new ReadSet();
      reads = known;
    }
    return known;
  }

  /** Finds an own write of the session's key, and notes that the key was read. */
  private boolean findOwn(Session session) {
    checkOpen();
    KeyBuffer key = session.key();
    if (writes.find(key, own)) {
      return true;
    }
    if (level == Level.SERIALIZABLE) {
      reads().add(key);
    }
    return false;
  }

  private boolean ownIsValue() {
    return ownMoment.isValue(own);
  }

  /** As {@link PointReader#get(Session, java.util.function.LongSupplier)}. */
  public byte @Nullable [] get(Session session) {
    if (!findOwn(session)) {
      return engine.reader().get(session, snapshot);
    }
    if (!ownIsValue()) {
      return null;
    }
    return own.segment().asSlice(own.offset(), own.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Copies as much of the value as fits; returns its length, or {@link PointReader#ABSENT}. */
  public long get(Session session, byte[] target) {
    if (!findOwn(session)) {
      return engine.reader().get(session, snapshot, target);
    }
    if (!ownIsValue()) {
      return PointReader.ABSENT;
    }
    int copied = (int) Math.min(own.length(), target.length);
    MemorySegment.copy(own.segment(), ValueLayout.JAVA_BYTE, own.offset(), target, 0, copied);
    return own.length();
  }

  /** Copies as much of the value as fits; returns its length, or {@link PointReader#ABSENT}. */
  public long get(Session session, MemorySegment target) {
    if (!findOwn(session)) {
      return engine.reader().get(session, snapshot, target);
    }
    if (!ownIsValue()) {
      return PointReader.ABSENT;
    }
    long copied = Math.min(own.length(), target.byteSize());
    MemorySegment.copy(own.segment(), own.offset(), target, 0, copied);
    return own.length();
  }

  /** Passes the value on in place; returns whether there is one. */
  public boolean read(Session session, PointReader.Taker taker) {
    if (!findOwn(session)) {
      return engine.reader().read(session, snapshot, taker);
    }
    if (!ownIsValue()) {
      return false;
    }
    taker.take(own.segment(), own.offset(), own.length()); // read-only memory
    return true;
  }

  /** Whether the session's key has a value. */
  public boolean contains(Session session) {
    return findOwn(session) ? ownIsValue() : engine.reader().contains(session, snapshot);
  }

  /** Whether reads need not look for own writes, and are not noted. */
  public boolean readsSnapshotOnly() {
    checkOpen();
    return writes.isEmpty() && level != Level.SERIALIZABLE;
  }

  /** The moment of the reads of others' entries. */
  public OpenSnapshot snapshot() {
    return snapshot;
  }

  /**
   * A cursor over a range of a tree's keys, of the snapshot and the writes so far.
   *
   * @param lower the first user key of the range
   * @param upper the first user key after the range, or null for the tree's end
   */
  public ScanCursor cursor(int tree, byte[] lower, byte @Nullable [] upper) {
    checkOpen();
    return engine.cursor(tree, lower, upper, snapshot, writes.overlay());
  }

  /**
   * What notes the moves of a cursor; null if they need not be noted.
   *
   * @param from the first user key of its range
   * @param end the first store key after it
   */
  public @Nullable ScanTrace trace(int tree, byte[] from, byte[] end) {
    return level == Level.SERIALIZABLE ? new ScanTrace(reads(), tree, from, end) : null;
  }

  /**
   * Commits the writes; the transaction has ended then, whatever happens.
   *
   * @return what kept it from being committed, or null
   */
  public @Nullable Conflict commit(boolean synced) {
    owner.expireIfOld(this);
    checkOpen();
    if (!state.compareAndSet(State.OPEN, State.COMMITTING)) {
      checkOpen();
    }
    State result = State.FAILED;
    try {
      Conflict found = writes.isEmpty() ? null : write(synced);
      if (found == null) {
        result = State.COMMITTED;
      } else {
        owner.countConflict();
      }
      return found;
    } finally {
      state.set(result);
      release();
      owner.giveBack(writes);
    }
  }

  private @Nullable Conflict write(boolean synced) {
    RecordBuilder record = writes.record();
    if (level == Level.EXCLUSIVE) {
      engine.commitExclusive(engine.session(), record, synced);
      return null;
    }
    CommitCondition condition = CommitCondition.since(snapshot.sequence(), this::conflict);
    engine.commit(engine.session(), record, synced, condition);
    return condition.conflict();
  }

  private @Nullable Conflict conflict(ChangeSearch changes) {
    ReadSet read = reads;
    Conflict found = changes.changeOf(writes.record(), new RecordEntries());
    return found == null && read != null ? read.find(changes) : found;
  }

  /** Ends it without a trace, if it has not ended. */
  public void rollback() {
    if (end(State.ROLLED_BACK)) {
      owner.giveBack(writes);
    }
  }

  /** Ends it because it is too old. */
  void expire() {
    end(State.EXPIRED);
  }

  /** Ends it because the store is being closed. */
  void closeWithStore() {
    end(State.STORE_CLOSED);
  }

  private boolean end(State ended) {
    if (!state.compareAndSet(State.OPEN, ended)) {
      return false;
    }
    release();
    return true;
  }

  private void release() {
    try {
      engine.closeSnapshot(snapshot);
    } finally {
      if (level == Level.EXCLUSIVE) {
        engine.permits().releaseAll();
      }
      owner.remove(this);
    }
  }

  /** The state, and how long it is open. */
  @Override
  public String toString() {
    return "transaction, " + level + ", which " + state().phrase;
  }

  /** How long it has been open. */
  Duration age(long nowNanos) {
    return Duration.ofNanos(nowNanos - beganNanos);
  }
}
