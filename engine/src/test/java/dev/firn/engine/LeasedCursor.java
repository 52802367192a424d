package dev.firn.engine;

import java.lang.foreign.MemorySegment;

/** An open cursor with its lease. */
record LeasedCursor(ScanCursor cursor, long lease) implements AutoCloseable {

  static LeasedCursor of(ScanCursor cursor) {
    return new LeasedCursor(cursor, cursor.lease);
  }

  boolean first() {
    return cursor.first(lease);
  }

  boolean last() {
    return cursor.last(lease);
  }

  boolean seek(int tree, byte[] key) {
    return cursor.seek(lease, tree, key);
  }

  boolean seekBefore(int tree, byte[] key) {
    return cursor.seekBefore(lease, tree, key);
  }

  boolean seekAtOrBefore(int tree, byte[] key) {
    return cursor.seekAtOrBefore(lease, tree, key);
  }

  boolean next() {
    return cursor.next(lease);
  }

  boolean prev() {
    return cursor.prev(lease);
  }

  boolean isValid() {
    return cursor.isValid(lease);
  }

  MemorySegment key() {
    return cursor.key(lease);
  }

  int keyLength() {
    return cursor.keyLength(lease);
  }

  byte[] valueBytes() {
    return cursor.valueBytes(lease);
  }

  @Override
  public void close() {
    cursor.close(lease);
  }
}
