package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads a table that may be damaged in all ways, and compares each answer with the truth. */
final class TableDump {

  private final FileSystem files;
  private final Path directory;
  private final long number;
  private final BlockCache cache;

  /** The damage reported last. */
  private CorruptionException damage;

  TableDump(FileSystem files, Path directory, long number, BlockCache cache) {
    this.files = files;
    this.directory = directory;
    this.number = number;
    this.cache = cache;
  }

  /**
   * Reads everything. A wrong answer fails the test; reported damage does not.
   *
   * @return whether {@link Table#verify}, or opening the table, reported damage
   */
  boolean readAll(TreeMap<Entry, byte[]> truth, Probe probe) {
    Table table = open();
    if (table == null) {
      return true;
    }
    try {
      tolerate(() -> forward(table.cursor(), truth));
      tolerate(() -> backward(table.cursor(false), truth));
      tolerate(() -> forward(table.sequentialCursor(), truth));
      for (Map.Entry<Entry, byte[]> entry : truth.entrySet()) {
        tolerate(() -> get(table, entry, probe));
      }
      return !tolerate(() -> table.verify(bytes -> {}));
    } finally {
      table.release();
    }
  }

  /** The table, or null if opening it reports damage. */
  Table open() {
    Table[] opened = new Table[1];
    tolerate(() -> opened[0] = Table.open(files, directory, number, cache));
    return opened[0];
  }

  CorruptionException damage() {
    return damage;
  }

  /** Runs an action that may report damage; returns whether it did not. */
  boolean tolerate(Runnable action) {
    try {
      action.run();
      return true;
    } catch (CorruptionException e) {
      assertTrue(e.file().endsWith(".table"));
      assertTrue(e.offset() >= 0);
      damage = e;
      return false;
    }
  }

  private static void forward(InternalCursor cursor, TreeMap<Entry, byte[]> truth) {
    try (cursor) {
      boolean valid = cursor.first();
      for (Map.Entry<Entry, byte[]> entry : truth.entrySet()) {
        assertTrue(valid);
        Entries.check(entry, cursor);
        valid = cursor.next();
      }
      assertTrue(!valid);
    }
  }

  private static void backward(InternalCursor cursor, TreeMap<Entry, byte[]> truth) {
    try (cursor) {
      boolean valid = cursor.last();
      for (Map.Entry<Entry, byte[]> entry : truth.descendingMap().entrySet()) {
        assertTrue(valid);
        Entries.check(entry, cursor);
        valid = cursor.prev();
      }
      assertTrue(!valid);
    }
  }

  private static void get(Table table, Map.Entry<Entry, byte[]> entry, Probe probe) {
    EntryRef out = new EntryRef();
    probe.set(entry.getKey().key());
    long trailer = entry.getKey().trailer();
    assertTrue(table.get(probe.key(), 0, probe.length(), probe.hash(), trailer, out));
    assertEquals(trailer, out.trailer());
    Entries.checkBytes(entry.getValue(), out.segment(), out.offset(), out.length());
    out.release();
  }
}
