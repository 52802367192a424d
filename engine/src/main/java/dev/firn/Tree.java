package dev.firn;

import dev.firn.core.Expiry;
import dev.firn.core.StoreKey;
import dev.firn.engine.Engine;
import dev.firn.engine.GroupReader;
import dev.firn.engine.OpenSnapshot;
import dev.firn.engine.PointReader;
import dev.firn.engine.ScanCursor;
import dev.firn.engine.Session;
import dev.firn.version.TreeSettings;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A named map from keys to values, sorted by key. All trees of a store share its journal and its
 * order of commits. {@link KeyReader} describes how a tree is read, and what keys and values are.
 *
 * <p>A write returns when readers see it; a write without a {@link Durability} is {@link
 * Durability#BUFFERED}. Keys and values are copied before the call returns.
 *
 * <p><b>Threading.</b> Any number of threads may read and write. A read sees every write that
 * returned before the read began.
 *
 * <p><b>Errors.</b> Those of {@link KeyReader}; {@link IllegalArgumentException} when a value is
 * longer than 2,147,483,647 bytes; {@link dev.firn.error.StoreFailedException} for a write after
 * the store has failed.
 */
public final class Tree extends AtomicUpdates implements KeyReader {

  private final Engine engine;
  private final PointReader reader;
  private final String name;
  private final int id;

  private volatile boolean dropped;

  /** Racy: a thread that is told of other settings sees them. */
  private TreeSettings settings = TreeSettings.DEFAULTS;

  Tree(Engine engine, String name, int id) {
    this.engine = engine;
    this.reader = engine.reader();
    this.name = name;
    this.id = id;
  }

  /** Sets what the manifest says about the tree. */
  void set(TreeSettings known) {
    settings = known;
  }

  /** Returns the tree's name. */
  @Override
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
    try {
      addFirst(record, key, value, defaultExpiry());
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
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
    try {
      add(record, key, value, defaultExpiry());
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /**
   * Sets the value of a key for some time, see {@link #put(byte[], byte[], Duration, Durability)}.
   */
  public void put(byte[] key, byte[] value, Duration timeToLive) {
    put(key, value, timeToLive, Durability.BUFFERED);
  }

  /**
   * Sets the value of a key for some time, whatever the tree's {@link
   * TreeOptions.Builder#timeToLive} is. From its end on no reader finds the key, except those of
   * snapshots that were opened before. The time begins with this call; a later write of the key
   * takes the place of value and time.
   *
   * @param timeToLive positive, in milliseconds, a part of one counts as a whole; a time that ends
   *     later than {@link Long#MAX_VALUE} milliseconds after 1970 is without end
   * @throws IllegalArgumentException when it is not positive, or the tree has a merge operator; or
   *     when the value is longer than 2,147,483,639 bytes
   */
  public void put(byte[] key, byte[] value, Duration timeToLive, Durability durability) {
    checkKey(key);
    Objects.requireNonNull(value, "value");
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    long expiry = expiry(timeToLive);
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      addFirst(record, key, value, expiry);
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /**
   * Sets the value of a key for some time, see {@link #put(byte[], byte[], Duration, Durability)}.
   */
  public void put(MemorySegment key, MemorySegment value, Duration timeToLive) {
    put(key, value, timeToLive, Durability.BUFFERED);
  }

  /**
   * Sets the value of a key for some time, see {@link #put(byte[], byte[], Duration, Durability)}.
   */
  public void put(
      MemorySegment key, MemorySegment value, Duration timeToLive, Durability durability) {
    checkKey(key);
    checkValue(value);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    long expiry = expiry(timeToLive);
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      add(record, key, value, expiry);
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  private void addFirst(RecordBuilder record, byte[] key, byte[] value, long expiry) {
    if (expiry == Expiry.NEVER) {
      record.putBorrowed(id, key, value);
    } else {
      record.putExpiring(id, key, value, expiry);
    }
  }

  /** Adds a copy of an entry to a record. */
  void add(RecordBuilder record, MemorySegment key, MemorySegment value, long expiry) {
    if (expiry == Expiry.NEVER) {
      record.put(id, key, 0, (int) key.byteSize(), value, 0, value.byteSize());
    } else {
      record.putExpiring(id, key, value, expiry);
    }
  }

  @Override
  long defaultExpiry() {
    long millis = settings.timeToLiveMillis();
    return millis == 0 ? Expiry.NEVER : engine.clock().expiry(millis);
  }

  /** When an entry expires that is written now, with a time to live of its own. */
  long expiry(Duration timeToLive) {
    if (!timeToLive.isPositive()) {
      throw new IllegalArgumentException("timeToLive=" + timeToLive + ": must be positive");
    }
    if (settings.operator() != null) {
      throw new IllegalArgumentException(
          "tree=" + name + ": has a merge operator, so its entries have no time to live");
    }
    return engine.clock().expiry(timeToLive);
  }

  /** Deletes a key, whether it has a value or not. */
  public void delete(byte[] key) {
    delete(key, Durability.BUFFERED);
  }

  /** Deletes a key, whether it has a value or not. */
  public void delete(byte[] key, Durability durability) {
    checkKey(key);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      record.delete(id, key);
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /** Deletes a key, whether it has a value or not. */
  public void delete(MemorySegment key) {
    delete(key, Durability.BUFFERED);
  }

  /** Deletes a key, whether it has a value or not. */
  public void delete(MemorySegment key, Durability durability) {
    checkKey(key);
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      record.delete(id, key, 0, (int) key.byteSize());
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /** Deletes all keys. It takes as long for many as for few. */
  public void clear() {
    deleteRange(KeyRange.all());
  }

  /**
   * Deletes the keys of a range, whether they have values or not. It takes as long for many keys as
   * for few.
   */
  public void deleteRange(KeyRange range) {
    deleteRange(range, Durability.BUFFERED);
  }

  /**
   * Deletes the keys of a range, whether they have values or not. It takes as long for many keys as
   * for few.
   */
  public void deleteRange(KeyRange range, Durability durability) {
    Objects.requireNonNull(range, "range");
    boolean synced = Durability.isSynced(durability);
    checkUsable();
    byte[] from = range.firstUserKey();
    byte[] end = range.storeEnd(id);
    if (!KeyRange.isBefore(id, from, end)) {
      return; // the range has no key
    }
    Session session = engine.session();
    RecordBuilder record = session.newRecord();
    try {
      record.deleteRange(id, from, end);
      engine.commit(session, record, synced);
    } finally {
      record.release();
    }
  }

  /**
   * Returns a reader of this tree at the moment of a snapshot. The reader is small and holds
   * nothing: make one for a call, or keep it as long as the snapshot is open.
   *
   * @throws IllegalArgumentException when the snapshot belongs to another store
   * @throws IllegalStateException when the snapshot is closed
   */
  public KeyReader at(Snapshot snapshot) {
    return new SnapshotReader(this, snapshot);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return reader.get(search(key), PointReader.LATEST);
  }

  @Override
  public byte @Nullable [] get(MemorySegment key) {
    return reader.get(search(key), PointReader.LATEST);
  }

  @Override
  public long get(byte[] key, byte[] target) {
    return reader.get(search(key), PointReader.LATEST, Objects.requireNonNull(target, "target"));
  }

  @Override
  public long get(MemorySegment key, MemorySegment target) {
    return reader.get(search(key), PointReader.LATEST, Objects.requireNonNull(target, "target"));
  }

  @Override
  public boolean read(byte[] key, ValueConsumer consumer) {
    return reader.read(search(key), PointReader.LATEST, Objects.requireNonNull(consumer)::accept);
  }

  @Override
  public boolean read(MemorySegment key, ValueConsumer consumer) {
    return reader.read(search(key), PointReader.LATEST, Objects.requireNonNull(consumer)::accept);
  }

  @Override
  public boolean contains(byte[] key) {
    return reader.contains(search(key), PointReader.LATEST);
  }

  @Override
  public boolean contains(MemorySegment key) {
    return reader.contains(search(key), PointReader.LATEST);
  }

  @Override
  public byte[] @Nullable [] getAll(byte[][] keys) {
    return getAll(KeyList.of(id, keys), PointReader.LATEST);
  }

  @Override
  public void getAll(MemorySegment[] keys, IndexedValueConsumer consumer) {
    getAll(KeyList.of(id, keys), PointReader.LATEST, consumer);
  }

  @Override
  public Cursor cursor(KeyRange range) {
    return new Cursor(this, range);
  }

  @Override
  public String toString() {
    return "Tree[" + name + "]";
  }

  @Override
  Engine engine() {
    return engine;
  }

  @Override
  int id() {
    return id;
  }

  /**
   * Refuses further calls and drops the tree. If that fails, the tree can still be read.
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

  @Override
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

  ScanCursor scan(KeyRange range, @Nullable OpenSnapshot snapshot) {
    checkUsable();
    Objects.requireNonNull(range, "range");
    return engine.cursor(id, range.lowerBytes(), range.upperBytes(), snapshot);
  }

  byte[] @Nullable [] getAll(GroupReader.Keys keys, @Nullable OpenSnapshot snapshot) {
    checkUsable();
    return engine.groupReader().getAll(engine.session(), snapshot, keys);
  }

  void getAll(
      GroupReader.Keys keys, @Nullable OpenSnapshot snapshot, IndexedValueConsumer consumer) {
    Objects.requireNonNull(consumer, "consumer");
    checkUsable();
    engine.groupReader().getAll(engine.session(), snapshot, keys, consumer::accept);
  }

  /** The calling thread's session with a key to search for. */
  Session search(byte[] key) {
    checkKey(key);
    checkUsable();
    return engine.session().key(id, key);
  }

  /** The calling thread's session with a key to search for. */
  Session search(MemorySegment key) {
    checkKey(key);
    checkUsable();
    return engine.session().key(id, key);
  }
}
