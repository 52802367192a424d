package dev.firn;

import dev.firn.core.StoreKey;
import dev.firn.engine.PointReader;
import dev.firn.engine.ScanCursor;
import dev.firn.transaction.ScanTrace;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A position in a range of a tree's keys, which moves in both directions. A cursor sees the entries
 * of one moment: those that were there when it was made or {@link #reset}, or, from a {@link
 * Tree#at} reader, those of the snapshot; from a {@link Transaction#in} reader, those that the
 * transaction sees and has written by then. Later writes do not appear.
 *
 * <p>A new cursor is on no entry. {@link #first}, {@link #last}, {@link #seek}, {@link #seekBefore}
 * and {@link #seekAtOrBefore} move it from anywhere; {@link #next} and {@link #prev} move it from
 * the entry it is on. Every move returns whether the cursor is on an entry after it; a step past
 * either end of the range leaves it on none.
 *
 * <pre>{@code
 * try (Cursor cursor = tree.cursor(KeyRange.prefix(prefix))) {
 *   for (boolean more = cursor.first(); more; more = cursor.next()) {
 *     use(cursor.key(), cursor.value());
 *   }
 * }
 * }</pre>
 *
 * <p>{@link #forEach} is that loop in one call.
 *
 * <p><b>Keys.</b> Keys to seek are arrays or memory segments of 0 to 65,536 bytes, and are not used
 * after the call. A {@link java.nio.ByteBuffer} is passed as {@link MemorySegment#ofBuffer
 * MemorySegment.ofBuffer(buffer)}. A key outside the range is allowed: the cursor moves to the
 * nearest key of the range in the direction of the search.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> A cursor keeps the memory and the files it reads until it is closed or
 * reset, also those that a compaction has replaced: close it soon. {@link #key}, {@link #value} and
 * {@link #valueMemory} are read-only views of that memory, valid until the cursor moves, is reset
 * or is closed.
 *
 * <p><b>Errors.</b> {@link IllegalStateException} when the cursor or its store is closed, or when
 * an entry is needed and the cursor is on none; {@link IllegalArgumentException} when a key to seek
 * is longer than 65,536 bytes; {@link dev.firn.error.CorruptionException} and {@link
 * dev.firn.error.StorageException} when bytes are damaged or cannot be read: then the cursor is on
 * no entry, and can be moved again.
 */
public final class Cursor implements AutoCloseable {

  private KeyReader reader;
  private int treeId;

  /** Reused by other cursors when this one is closed; the lease tells them apart. */
  private ScanCursor source;

  private long lease;
  private boolean closed;

  /** Notes what a serializable transaction reads; null for others. */
  private @Nullable ScanTrace trace;

  /** The view of a value's memory, unless that is read-only itself, and that memory. */
  private MemorySegment valueView = MemorySegment.NULL;

  private MemorySegment valueMemory = MemorySegment.NULL;

  Cursor(KeyReader reader, KeyRange range) {
    this.reader = reader;
    this.treeId = treeId(reader);
    this.trace = trace(reader, range);
    this.source = scan(reader, range);
    this.lease = source.lease;
  }

  private static int treeId(KeyReader reader) {
    return switch (reader) {
      case Tree latest -> latest.id();
      case SnapshotReader moment -> moment.tree().id();
      case TransactionReader own -> own.tree().id();
    };
  }

  private static ScanCursor scan(KeyReader reader, KeyRange range) {
    return switch (reader) {
      case Tree latest -> latest.scan(range, PointReader.LATEST);
      case SnapshotReader moment -> moment.tree().scan(range, moment.opened());
      case TransactionReader own -> own.scan(range);
    };
  }

  private static @Nullable ScanTrace trace(KeyReader reader, KeyRange range) {
    return reader instanceof TransactionReader own ? own.trace(range) : null;
  }

  /**
   * Moves the cursor to another range of the reader that it was made from: afterwards it is as
   * {@link KeyReader#cursor(KeyRange)} returns it. A cursor of a {@link Tree} then sees the entries
   * of the present moment. If the call throws, the cursor is unchanged.
   */
  public void reset(KeyRange range) {
    reset(reader, range);
  }

  /**
   * Moves the cursor to a range of another reader, for example to another moment: afterwards it is
   * as {@link KeyReader#cursor(KeyRange) reader.cursor(range)} returns it. If the call throws, the
   * cursor is unchanged.
   */
  public synchronized void reset(KeyReader reader, KeyRange range) {
    Objects.requireNonNull(reader, "reader");
    if (closed) {
      throw new IllegalStateException("the cursor is closed");
    }
    int nextTreeId = treeId(reader);
    ScanTrace nextTrace = trace(reader, range);
    ScanCursor next = scan(reader, range); // nothing can fail until it is kept
    ScanCursor previous = source;
    long previousLease = lease;
    this.reader = reader;
    this.treeId = nextTreeId;
    this.source = next;
    this.lease = next.lease;
    this.trace = nextTrace;
    valueView = MemorySegment.NULL;
    valueMemory = MemorySegment.NULL;
    previous.close(previousLease);
  }

  /** Moves to the first key of the range. */
  public boolean first() {
    boolean found = source.first(lease);
    if (trace != null) {
      trace.first(source, lease, found);
    }
    return found;
  }

  /** Moves to the last key of the range. */
  public boolean last() {
    boolean found = source.last(lease);
    if (trace != null) {
      trace.last(source, lease, found);
    }
    return found;
  }

  /** Moves to the first key at or after {@code key}. */
  public boolean seek(byte[] key) {
    Tree.checkKey(key);
    boolean found = source.seek(lease, treeId, key);
    if (trace != null) {
      trace.seek(source, lease, found, MemorySegment.ofArray(key));
    }
    return found;
  }

  /** Moves to the first key at or after {@code key}. */
  public boolean seek(MemorySegment key) {
    Tree.checkKey(key);
    boolean found = source.seek(lease, treeId, key);
    if (trace != null) {
      trace.seek(source, lease, found, key);
    }
    return found;
  }

  /** Moves to the last key before {@code key}. */
  public boolean seekBefore(byte[] key) {
    Tree.checkKey(key);
    boolean found = source.seekBefore(lease, treeId, key);
    if (trace != null) {
      trace.seekBefore(source, lease, found, MemorySegment.ofArray(key), false);
    }
    return found;
  }

  /** Moves to the last key before {@code key}. */
  public boolean seekBefore(MemorySegment key) {
    Tree.checkKey(key);
    boolean found = source.seekBefore(lease, treeId, key);
    if (trace != null) {
      trace.seekBefore(source, lease, found, key, false);
    }
    return found;
  }

  /** Moves to the last key at or before {@code key}. */
  public boolean seekAtOrBefore(byte[] key) {
    Tree.checkKey(key);
    boolean found = source.seekAtOrBefore(lease, treeId, key);
    if (trace != null) {
      trace.seekBefore(source, lease, found, MemorySegment.ofArray(key), true);
    }
    return found;
  }

  /** Moves to the last key at or before {@code key}. */
  public boolean seekAtOrBefore(MemorySegment key) {
    Tree.checkKey(key);
    boolean found = source.seekAtOrBefore(lease, treeId, key);
    if (trace != null) {
      trace.seekBefore(source, lease, found, key, true);
    }
    return found;
  }

  /** Moves to the next key. */
  public boolean next() {
    boolean found = source.next(lease);
    if (trace != null) {
      trace.next(source, lease, found);
    }
    return found;
  }

  /** Moves to the previous key. */
  public boolean prev() {
    boolean found = source.prev(lease);
    if (trace != null) {
      trace.prev(source, lease, found);
    }
    return found;
  }

  /**
   * Passes every entry of the range to {@code consumer}, from the first key to the last, wherever
   * the cursor is when the call begins. The consumer may read from the cursor; it must not move,
   * reset or close it. To stop early or to walk backward, use the loop above.
   *
   * <p>Makes no object for an entry, except a view of the key when its length differs from that of
   * the key before it.
   *
   * <p>Afterwards the cursor is on no entry. What the consumer throws ends the loop and reaches the
   * caller; the cursor is then on the entry that was passed.
   */
  public void forEach(EntryConsumer consumer) {
    Objects.requireNonNull(consumer, "consumer");
    for (boolean more = first(); more; more = next()) {
      consumer.accept(key(), valueMemory(), valueOffset(), valueLength());
    }
  }

  /** Returns whether the cursor is on an entry. */
  public boolean isValid() {
    return source.isValid(lease);
  }

  /** Returns the key, in place. May return the same object as before the last move. */
  public MemorySegment key() {
    return source.userKey(lease);
  }

  /** Returns the value, in place. Makes an object; {@link #valueMemory} does not. */
  public MemorySegment value() {
    return valueMemory().asSlice(source.valueOffset(lease), source.valueLength(lease));
  }

  /**
   * Returns the memory that holds the value: {@link #valueLength} bytes at {@link #valueOffset}.
   * For a loop that makes no object for an entry. The other bytes of that memory have no meaning.
   */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  public MemorySegment valueMemory() {
    MemorySegment memory = source.value(lease);
    if (memory.isReadOnly()) {
      return memory;
    }
    if (memory != valueMemory) {
      valueMemory = memory;
      valueView = memory.asReadOnly();
    }
    return valueView;
  }

  /** Returns where the value starts in {@link #valueMemory}. */
  public long valueOffset() {
    return source.valueOffset(lease);
  }

  /** Returns the key's length in bytes. */
  public int keyLength() {
    return source.keyLength(lease) - StoreKey.TREE_BYTES;
  }

  /** Returns the value's length in bytes. */
  public long valueLength() {
    return source.valueLength(lease);
  }

  /** Returns a copy of the key. */
  public byte[] keyBytes() {
    return source.keyBytes(lease);
  }

  /** Returns a copy of the value. */
  public byte[] valueBytes() {
    return source.valueBytes(lease);
  }

  /** Copies as much of the key as fits into {@code target}; returns the whole key's length. */
  public int copyKey(MemorySegment target) {
    return source.copyKey(lease, target);
  }

  /** Copies as much of the value as fits into {@code target}; returns the whole value's length. */
  public long copyValue(MemorySegment target) {
    return source.copyValue(lease, target);
  }

  /** What the cursor reads, and whether it is on an entry; no key and no value. */
  @Override
  public String toString() {
    String state = closed ? "closed" : isValid() ? "on an entry" : "on no entry";
    return "Cursor[" + reader + ", " + state + "]";
  }

  /** Releases the memory and the files that the cursor keeps. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    source.close(lease);
  }
}
