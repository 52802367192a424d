package dev.firn;

import dev.firn.core.Expiry;
import dev.firn.engine.CommitCondition;
import dev.firn.engine.Engine;
import dev.firn.engine.Session;
import dev.firn.error.MergeException;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a {@link Tree} that depend on the value before. Each is atomic with regard to all
 * writers.
 *
 * <ul>
 *   <li>{@link #merge} reads nothing: the tree's {@link MergeOperator} is applied later. It is as
 *       fast as a put, whatever other writers do.
 *   <li>The others read the value and write under the condition that the key was not written since.
 *       If it was, they begin again. Other writers do not wait for them.
 * </ul>
 */
public abstract sealed class AtomicUpdates permits Tree {

  /** Conflicts in a row after which the thread lets others run. */
  private static final int FEW_CONFLICTS = 3;

  private volatile @Nullable MergeOperator operator;

  AtomicUpdates() {}

  final boolean merges() {
    return operator != null;
  }

  /** Called when the engine knows the merge operator. */
  final void setOperator(MergeOperator known) {
    operator = known;
  }

  /** Throws unless the tree can be used and has a merge operator; returns that. */
  final MergeOperator checkMerges() {
    checkUsable();
    MergeOperator known = operator;
    if (known == null) {
      throw new IllegalStateException("tree=" + name() + ": has no merge operator");
    }
    return known;
  }

  /** The value of a key after an operand; null stands for no value before. */
  final byte[] merged(byte[] key, byte @Nullable [] value, byte[] operand) {
    MergeOperator known = checkMerges();
    try {
      return Objects.requireNonNull(known.merge(key, value, List.of(operand)), known.name());
    } catch (RuntimeException e) {
      throw MergeException.of("tree=" + name(), key, e);
    }
  }

  abstract Engine engine();

  abstract int id();

  abstract void checkUsable();

  /** When an entry expires that is written now. */
  abstract long defaultExpiry();

  /** The tree's name. */
  public abstract String name();

  /** As {@link KeyReader#get(byte[])}. */
  public abstract byte @Nullable [] get(byte[] key);

  /** Changes the value of a key by an operand of the tree's {@link MergeOperator}. */
  public void merge(byte[] key, byte[] operand) {
    merge(key, operand, Durability.BUFFERED);
  }

  /**
   * Changes the value of a key by an operand of the tree's {@link MergeOperator}. Nothing is read,
   * so it takes as long as a put. An operand that the operator cannot use shows when the key is
   * read.
   *
   * @throws IllegalStateException when the tree has no merge operator
   */
  public void merge(byte[] key, byte[] operand, Durability durability) {
    Tree.checkKey(key);
    Objects.requireNonNull(operand, "operand");
    boolean synced = Durability.isSynced(durability);
    checkMerges();
    Session session = engine().session();
    RecordBuilder record = session.newRecord();
    try {
      record.merge(id(), key, operand);
      engine().commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /** Changes the value of a key by an operand of the tree's {@link MergeOperator}. */
  public void merge(MemorySegment key, MemorySegment operand) {
    merge(key, operand, Durability.BUFFERED);
  }

  /** As {@link #merge(byte[], byte[], Durability)}. */
  public void merge(MemorySegment key, MemorySegment operand, Durability durability) {
    Tree.checkKey(key);
    Tree.checkValue(operand);
    boolean synced = Durability.isSynced(durability);
    checkMerges();
    Session session = engine().session();
    RecordBuilder record = session.newRecord();
    try {
      record.merge(id(), key, operand);
      engine().commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /** Sets the value of a key that has none; returns whether it had none. */
  public boolean putIfAbsent(byte[] key, byte[] value) {
    return putIfAbsent(key, value, Durability.BUFFERED);
  }

  /** Sets the value of a key that has none; returns whether it had none. */
  public boolean putIfAbsent(byte[] key, byte[] value, Durability durability) {
    Objects.requireNonNull(value, "value");
    return update(key, durability, before -> before == null, before -> value);
  }

  /** Replaces a value that equals {@code expected}; returns whether it did. */
  public boolean replace(byte[] key, byte[] expected, byte[] value) {
    return replace(key, expected, value, Durability.BUFFERED);
  }

  /** Replaces a value that equals {@code expected}; returns whether it did. */
  public boolean replace(byte[] key, byte[] expected, byte[] value, Durability durability) {
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(value, "value");
    return update(key, durability, before -> Arrays.equals(before, expected), before -> value);
  }

  /** Deletes a key whose value equals {@code expected}; returns whether it did. */
  public boolean remove(byte[] key, byte[] expected) {
    return remove(key, expected, Durability.BUFFERED);
  }

  /** Deletes a key whose value equals {@code expected}; returns whether it did. */
  public boolean remove(byte[] key, byte[] expected, Durability durability) {
    Objects.requireNonNull(expected, "expected");
    return update(key, durability, before -> Arrays.equals(before, expected), before -> null);
  }

  /** As {@link #compute(byte[], UnaryOperator, Durability)}. */
  public byte @Nullable [] compute(byte[] key, UnaryOperator<byte @Nullable []> function) {
    return compute(key, function, Durability.BUFFERED);
  }

  /**
   * Sets the value of a key to what a function makes of the value before; null stands for no value,
   * before and after. The function is called again when another writer came between. What it throws
   * reaches the caller, and nothing is written then.
   *
   * @return the value that was set, or null
   */
  public byte @Nullable [] compute(
      byte[] key, UnaryOperator<byte @Nullable []> function, Durability durability) {
    Objects.requireNonNull(function, "function");
    AtomicReference<byte @Nullable []> last = new AtomicReference<>();
    update(
        key,
        durability,
        before -> true,
        before -> {
          byte[] after = function.apply(before);
          last.set(after);
          return after;
        });
    return last.get();
  }

  /** Decides on the value of a key; null is none. */
  @FunctionalInterface
  private interface Test {
    boolean accepts(byte @Nullable [] before);
  }

  /** Makes another value; null is none. */
  @FunctionalInterface
  private interface Change {
    byte @Nullable [] of(byte @Nullable [] before);
  }

  /** Returns whether the test accepted the value, which was changed then. */
  private boolean update(byte[] key, Durability durability, Test test, Change change) {
    Tree.checkKey(key);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Engine engine = engine();
    for (int conflicts = 0; ; conflicts++) {
      long since = engine.visibleSequence();
      byte[] before = get(key);
      if (!test.accepts(before)) {
        return false;
      }
      byte[] after = change.of(before); // may use the store, and this thread's session
      if (write(engine, key, after, since, synced)) {
        return true;
      }
      if (conflicts >= FEW_CONFLICTS) {
        Thread.yield();
      }
    }
  }

  /** Writes unless the key was written after a sequence; returns whether it has written. */
  private boolean write(
      Engine engine, byte[] key, byte @Nullable [] value, long since, boolean synced) {
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      if (value == null) {
        record.delete(id(), key);
      } else {
        add(record, key, value, defaultExpiry());
      }
      RecordEntries work = new RecordEntries();
      CommitCondition condition =
          CommitCondition.sinceUnkept(since, changes -> changes.changeOf(record, work));
      engine.commit(session, record, synced, condition);
      return condition.conflict() == null;
    } finally {
      record.release();
    }
  }

  /** Adds a copy of an entry to a record. */
  final void add(RecordBuilder record, byte[] key, byte[] value, long expiry) {
    if (expiry == Expiry.NEVER) {
      record.put(id(), key, value);
    } else {
      record.putExpiring(id(), key, value, expiry);
    }
  }
}
