package dev.firn;

import dev.firn.core.StoreKey;
import dev.firn.engine.Engine;
import dev.firn.engine.PointReader;
import dev.firn.engine.Session;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A named map from keys to values, sorted by key. All trees of a store share its journal and its
 * order of commits.
 *
 * <p>Keys are 0 to 65,536 bytes, compared byte by byte as unsigned numbers; values are 0 bytes to 2
 * GiB
 * - 1. Both are given as arrays or as memory segments, heap or native; what is given is copied
 * before the call returns. A write without a {@link Durability} is {@link Durability#BUFFERED}.
 *
 * <p><b>Threading.</b> Any number of threads may read and write. A read sees every write that
 * returned before the read began.
 *
 * <p><b>Errors.</b> {@link IllegalStateException} when the store is closed or the tree was dropped;
 * {@link dev.firn.error.StoreFailedException} for a write after the store has failed.
 */
public final class Tree {

  /** The length of a value that is not there. */
  public static final long ABSENT = PointReader.ABSENT;

  private final Engine engine;
  private final PointReader reader;
  private final String name;
  private final int id;
  private volatile boolean dropped;

  Tree(Engine engine, String name, int id) {
    this.engine = engine;
    this.reader = engine.reader();
    this.name = name;
    this.id = id;
  }

  /** The tree's name. */
  public String name() {
    return name;
  }

  /** Sets the value of a key. */
  public void put(byte[] key, byte[] value) {
    put(key, value, Durability.BUFFERED);
  }

  /** Sets the value of a key. */
  public void put(byte[] key, byte[] value, Durability durability) {
    checkKey(key);
    Objects.requireNonNull(value, "value");
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    record.put(id, key, value);
    engine.commit(session, record, synced);
  }

  /** Sets the value of a key. */
  public void put(MemorySegment key, MemorySegment value) {
    put(key, value, Durability.BUFFERED);
  }

  /** Sets the value of a key. */
  public void put(MemorySegment key, MemorySegment value, Durability durability) {
    checkKey(key);
    checkValue(value);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    record.put(id, key, 0, (int) key.byteSize(), value, 0, value.byteSize());
    engine.commit(session, record, synced);
  }

  /** Removes a key; no error when it has no value. */
  public void delete(byte[] key) {
    delete(key, Durability.BUFFERED);
  }

  /** Removes a key; no error when it has no value. */
  public void delete(byte[] key, Durability durability) {
    checkKey(key);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    record.delete(id, key);
    engine.commit(session, record, synced);
  }

  /** Removes a key; no error when it has no value. */
  public void delete(MemorySegment key) {
    delete(key, Durability.BUFFERED);
  }

  /** Removes a key; no error when it has no value. */
  public void delete(MemorySegment key, Durability durability) {
    checkKey(key);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    record.delete(id, key, 0, (int) key.byteSize());
    engine.commit(session, record, synced);
  }

  /** A copy of a key's value, or null when it has none. */
  public byte @Nullable [] get(byte[] key) {
    return reader.get(search(key), PointReader.LATEST);
  }

  /** A copy of a key's value as the snapshot sees it, or null when it has none. */
  public byte @Nullable [] get(byte[] key, Snapshot snapshot) {
    return reader.get(search(key), snapshot.sequenceIn(engine));
  }

  /** A copy of a key's value, or null when it has none. */
  public byte @Nullable [] get(MemorySegment key) {
    return reader.get(search(key), PointReader.LATEST);
  }

  /** A copy of a key's value as the snapshot sees it, or null when it has none. */
  public byte @Nullable [] get(MemorySegment key, Snapshot snapshot) {
    return reader.get(search(key), snapshot.sequenceIn(engine));
  }

  /**
   * Copies a key's value into {@code target}, as much of it as fits; allocates nothing.
   *
   * @return the value's whole length, which may be more than was copied, or {@link #ABSENT}
   */
  public long get(byte[] key, byte[] target) {
    return reader.get(search(key), PointReader.LATEST, Objects.requireNonNull(target, "target"));
  }

  /** As {@link #get(byte[], byte[])}, as the snapshot sees it. */
  public long get(byte[] key, byte[] target, Snapshot snapshot) {
    return reader.get(
        search(key), snapshot.sequenceIn(engine), Objects.requireNonNull(target, "target"));
  }

  /**
   * Copies a key's value into {@code target}, as much of it as fits; allocates nothing.
   *
   * @return the value's whole length, which may be more than was copied, or {@link #ABSENT}
   */
  public long get(MemorySegment key, MemorySegment target) {
    return reader.get(search(key), PointReader.LATEST, Objects.requireNonNull(target, "target"));
  }

  /** As {@link #get(MemorySegment, MemorySegment)}, as the snapshot sees it. */
  public long get(MemorySegment key, MemorySegment target, Snapshot snapshot) {
    return reader.get(
        search(key), snapshot.sequenceIn(engine), Objects.requireNonNull(target, "target"));
  }

  /** Whether a key has a value. */
  public boolean contains(byte[] key) {
    return reader.contains(search(key), PointReader.LATEST);
  }

  /** Whether a key has a value that the snapshot sees. */
  public boolean contains(byte[] key, Snapshot snapshot) {
    return reader.contains(search(key), snapshot.sequenceIn(engine));
  }

  /** Whether a key has a value. */
  public boolean contains(MemorySegment key) {
    return reader.contains(search(key), PointReader.LATEST);
  }

  /** Whether a key has a value that the snapshot sees. */
  public boolean contains(MemorySegment key, Snapshot snapshot) {
    return reader.contains(search(key), snapshot.sequenceIn(engine));
  }

  /** A cursor over all keys, as they are now. */
  public Cursor cursor() {
    return cursor(KeyRange.all());
  }

  /** A cursor over all keys, as the snapshot sees them. */
  public Cursor cursor(Snapshot snapshot) {
    return cursor(KeyRange.all(), snapshot);
  }

  /** A cursor over the keys of a range, as they are now. */
  public Cursor cursor(KeyRange range) {
    return newCursor(range, PointReader.LATEST);
  }

  /** A cursor over the keys of a range, as the snapshot sees them. */
  public Cursor cursor(KeyRange range, Snapshot snapshot) {
    return newCursor(range, snapshot.sequenceIn(engine));
  }

  @Override
  public String toString() {
    return "tree " + name;
  }

  Engine engine() {
    return engine;
  }

  int id() {
    return id;
  }

  /**
   * Takes no more calls, and drops the tree; if that fails it is still there, and can be read.
   *
   * @param drop returns whether there was a tree
   */
  boolean drop(BooleanSupplier drop) {
    dropped = true;
    try {
      return drop.getAsBoolean();
    } catch (Throwable e) {
      dropped = false;
      throw e;
    }
  }

  void checkUsable() {
    engine.checkOpen();
    if (dropped) {
      throw new IllegalStateException("tree=" + name + ": was dropped");
    }
  }

  static void checkKey(MemorySegment key) {
    checkKeyLength(key.byteSize());
  }

  static void checkKey(byte[] key) {
    checkKeyLength(Objects.requireNonNull(key, "key").length);
  }

  private static void checkKeyLength(long length) {
    if (length > StoreKey.MAX_USER_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key length=" + length + ": must be at most " + StoreKey.MAX_USER_KEY_BYTES);
    }
  }

  static void checkValue(MemorySegment value) {
    if (value.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "value length=" + value.byteSize() + ": must be at most " + Integer.MAX_VALUE);
    }
  }

  private Cursor newCursor(KeyRange range, long sequence) {
    checkUsable();
    Objects.requireNonNull(range, "range");
    return new Cursor(id, engine.cursor(id, range.lower(), range.upper(), sequence));
  }

  private Session search(byte[] key) {
    checkKey(key);
    checkUsable();
    return engine.session().key(id, key);
  }

  private Session search(MemorySegment key) {
    checkKey(key);
    checkUsable();
    return engine.session().key(id, key);
  }
}
