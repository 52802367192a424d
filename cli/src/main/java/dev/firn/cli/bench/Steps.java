package dev.firn.cli.bench;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Tree;

/** The steps of the workloads. They run in the measured loop: no allocation, no branch too many. */
final class Steps {

  private static final long HOT_SHARE = 100;

  private Steps() {}

  static void put(Session s, long index) {
    s.prepare(index);
    s.tree.put(s.key.memory(), s.value);
  }

  static void putShuffled(Session s, long index) {
    put(s, s.shuffle.at(index));
  }

  /** As {@link #putShuffled}, and begins again when all keys were written. */
  static void putAround(Session s, long index) {
    putShuffled(s, index % s.settings.num());
  }

  static void putSynced(Session s, long index) {
    s.prepare(s.shuffle.at(index));
    s.tree.put(s.key.memory(), s.value, Durability.SYNCED);
  }

  static void putBatch(Session s, long index) {
    int size = s.settings.batchSize();
    long end = Math.min(s.settings.num(), (index + 1) * size);
    s.batch.clear();
    for (long i = index * size; i < end; i++) {
      s.prepare(s.shuffle.at(i));
      s.batch.put(s.tree, s.key.memory(), s.value);
    }
    s.data.store().write(s.batch);
  }

  static void get(Session s, long index) {
    read(s, s.random.next(s.settings.num()));
  }

  static void getHot(Session s, long index) {
    read(s, s.random.next(Math.ceilDiv(s.settings.num(), HOT_SHARE)));
  }

  private static void read(Session s, long number) {
    s.checkValue(number, s.tree.get(s.key.set(number), s.value));
  }

  static void getMissing(Session s, long index) {
    long number = s.random.next(s.settings.num());
    long length = s.tree.get(s.key.setMissing(number), s.value);
    if (length != Tree.ABSENT) {
      throw Session.wrong(number, "a value for a key right behind it, which is not there");
    }
  }

  static void seek(Session s, long index) {
    long number = s.random.next(s.settings.num());
    Cursor cursor = s.cursor();
    boolean found = cursor.seek(s.key.set(number));
    for (int i = 0; found; i++) {
      s.checkCursor(cursor, number);
      if (i == s.settings.nexts() || ++number == s.settings.num()) {
        return;
      }
      s.key.increment();
      found = cursor.next();
    }
    throw Session.wrong(number, "no more entries");
  }

  /** A thread's indexes ascend without gaps here. */
  static void next(Session s, long index) {
    Cursor cursor = s.cursor();
    boolean found;
    if (cursor.isValid()) {
      s.key.increment();
      found = cursor.next();
    } else {
      found = cursor.seek(s.key.set(index));
    }
    check(s, cursor, found, index);
  }

  /** A thread's indexes ascend without gaps here, and count from the last key. */
  static void prev(Session s, long index) {
    long number = s.settings.num() - 1 - index;
    Cursor cursor = s.cursor();
    boolean found;
    if (cursor.isValid()) {
      s.key.decrement();
      found = cursor.prev();
    } else {
      found = cursor.seek(s.key.set(number));
    }
    check(s, cursor, found, number);
  }

  private static void check(Session s, Cursor cursor, boolean found, long number) {
    if (!found) {
      throw Session.wrong(number, "no more entries");
    }
    s.checkCursor(cursor, number);
  }

  static void delete(Session s, long index) {
    s.tree.delete(s.key.set(s.shuffle.at(index)));
  }
}
