package dev.firn.test.fuzz;

import static dev.firn.test.fuzz.Limits.check;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.error.FirnException;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.CachedBlocks;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import dev.firn.test.MemoryDisk;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a forged table in every way. Each way must end in an answer or a {@link FirnException}; if
 * the table verifies, all answers must show the same entries.
 */
final class TableReading {

  /** Shared by all tables. So small that blocks are evicted. */
  private static final BlockCache CACHE = new BlockCache(4096);

  private static final int MAX_LOOK_UPS = 10;
  private static final long NEWEST = -1L;
  private static final byte[][] STRANGE_KEYS = {new byte[4], {0, 0, 0, 1, 'k'}, {-1, -1, -1, -1}};

  private final Table table;
  private final boolean sound;

  private TableReading(Table table) {
    this.table = table;
    this.sound = Limits.attempt(() -> table.verify(bytes -> {}));
  }

  /** Reads bytes as a table with this number; returns whether it verifies. */
  static boolean of(byte[] bytes, long number) {
    boolean[] sound = new boolean[1];
    open(
        bytes,
        number,
        table -> {
          TableReading reading = new TableReading(table);
          sound[0] = reading.sound;
          reading.readAll();
        });
    return sound[0];
  }

  static Optional<TableWalk> walk(byte[] bytes, long number) {
    TableWalk[] walk = new TableWalk[1];
    open(bytes, number, table -> walk[0] = TableWalk.over(table, TableWalk.Way.FORWARD, true));
    return Optional.ofNullable(walk[0]);
  }

  private interface Use {
    void accept(Table table);
  }

  private static void open(byte[] bytes, long number, Use use) {
    BytesFiles files = new BytesFiles(bytes);
    Limits.attempt(
        () -> {
          Table table = Table.open(files, MemoryDisk.DIRECTORY, number, CACHE);
          try {
            use.accept(table);
          } finally {
            table.release();
          }
        });
    files.assertClosed();
    check(CachedBlocks.allocated() == 0, "blocks are left in the cache");
  }

  private void readAll() {
    TableWalk first = walk(TableWalk.Way.FORWARD, true);
    for (TableWalk.Way way : TableWalk.Way.values()) {
      for (boolean fillCache : new boolean[] {true, false}) {
        compare(first, walk(way, fillCache), way);
      }
    }
    for (byte[] key : STRANGE_KEYS) {
      Limits.attempt(() -> lookUp(new TableEntry(key, NEWEST, 0, 0)));
    }
    if (first != null) {
      List<TableEntry> entries = first.entries();
      int step = Math.max(1, entries.size() / MAX_LOOK_UPS);
      for (int i = 0; i < entries.size(); i += step) {
        lookUp(entries, i);
      }
    }
  }

  /** One walk; null if it ends in damage. */
  private @Nullable TableWalk walk(TableWalk.Way way, boolean fillCache) {
    TableWalk[] walk = new TableWalk[1];
    boolean done = Limits.attempt(() -> walk[0] = TableWalk.over(table, way, fillCache));
    check(done || !sound, "a table that verifies cannot be read, " + way);
    return walk[0];
  }

  private void compare(@Nullable TableWalk first, @Nullable TableWalk other, TableWalk.Way way) {
    boolean comparable = sound && first != null && other != null;
    if (comparable && (!first.isCutShort() || way == TableWalk.Way.FORWARD_IN_BATCHES)) {
      check(first.entries().equals(other.entries()), "other entries are met " + way);
    }
  }

  private void lookUp(List<TableEntry> entries, int at) {
    TableEntry entry = entries.get(at);
    boolean answered = Limits.attempt(() -> lookUp(entry));
    check(answered || !sound, "a table that verifies, and an entry that cannot be looked up");
    if (sound) {
      check(isFound(entry, entry.trailer(), entry), "an entry is not found");
      int newest = at;
      while (newest > 0 && entries.get(newest - 1).isSameKey(entry)) {
        newest--;
      }
      check(isFound(entry, NEWEST, entries.get(newest)), "the newest of a key is not found");
      checkSeeks(entries, at);
    }
  }

  /** Looks a key up in every way, whatever the result. */
  private void lookUp(TableEntry entry) {
    MemorySegment key = MemorySegment.ofArray(entry.key());
    int length = entry.key().length;
    isFound(entry, NEWEST, entry);
    isFound(entry, entry.trailer(), entry);
    try (TableCursor cursor = table.cursor()) {
      if (cursor.seek(key, 0, length, entry.trailer()) && cursor.prev()) {
        TableEntry.of(cursor);
      }
      if (cursor.seekBefore(key, 0, length, entry.trailer()) && cursor.next()) {
        TableEntry.of(cursor);
      }
    }
  }

  /**
   * Whether the newest entry of a key at or below a trailer is the expected one, or a range
   * tombstone that is newer.
   */
  private boolean isFound(TableEntry sought, long trailer, TableEntry expected) {
    MemorySegment key = MemorySegment.ofArray(sought.key());
    int length = sought.key().length;
    EntryRef found = new EntryRef();
    try {
      boolean there = table.get(key, 0, length, KeyHash.of(key, 0, length), trailer, found);
      long covering = table.ranges().newest(key, 0, length, SequenceNumber.sequence(trailer));
      if (covering > SequenceNumber.sequence(expected.trailer())) {
        return there && SequenceNumber.sequence(found.trailer()) == covering;
      }
      return there
          && found.trailer() == expected.trailer()
          && found.length() == expected.valueLength()
          && TableEntry.hash(found.segment(), found.offset(), found.length())
              == expected.valueHash();
    } finally {
      found.release();
    }
  }

  private void checkSeeks(List<TableEntry> entries, int at) {
    TableEntry entry = entries.get(at);
    MemorySegment key = MemorySegment.ofArray(entry.key());
    int length = entry.key().length;
    try (TableCursor cursor = table.cursor()) {
      boolean there = cursor.seek(key, 0, length, entry.trailer());
      check(there && TableEntry.of(cursor).equals(entry), "a seek finds another entry");
      boolean before = cursor.seekBefore(key, 0, length, entry.trailer());
      check(before == at > 0, "a seek before finds too much or too little");
      check(
          !before || TableEntry.of(cursor).equals(entries.get(at - 1)),
          "a seek before finds another entry");
    }
  }
}
