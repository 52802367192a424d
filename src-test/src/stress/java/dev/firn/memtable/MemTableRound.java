package dev.firn.memtable;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A memtable for one round of a stress test: a few keys, and entries numbered from 1 to 7.
 *
 * <p>Its arena has served other rounds, as arenas do in a store. So a reader that reads too early
 * sees the bytes of an earlier round. Each round writes other trailers and value places, so a
 * mixture is never taken for an entry.
 *
 * <p><b>Threading.</b> As {@link MemTable}; {@link #recycle} is called after its last use.
 */
class MemTableRound {

  /** Stands for what is not a whole entry of this round. */
  static final int TORN = -1;

  static final int NONE = 0;

  static final int KEY_BYTES = StoreKey.TREE_BYTES + 12;

  /** Keys in their order; they differ after their prefixes. */
  static final MemorySegment[] KEYS = {key('a'), key('b'), key('c')};

  static final int A = 0;
  static final int B = 1;
  static final int C = 2;

  private static final int MAX_ENTRIES = 7;
  private static final int PLACES = (1 << 15) - 1;
  private static final MemorySegment JOURNAL = Arena.global().allocate(2 * (PLACES + 1));
  private static final AtomicLong ROUNDS = new AtomicLong();
  private static final Queue<MemTableArena> SPARES = new ConcurrentLinkedQueue<>();

  final MemTable table;
  private final MemTableArena arena;
  private final long round = ROUNDS.getAndIncrement() * (MAX_ENTRIES + 1);

  MemTableRound() {
    MemTableArena spare = SPARES.poll();
    if (spare == null) {
      long nodes = MAX_ENTRIES * MemTable.nodeBytes(KEY_BYTES);
      spare = MemTableArena.allocate(MemTable.arenaBytes(nodes));
    }
    arena = spare;
    table = new MemTable(arena, JOURNAL, KeyNormalizer.none());
  }

  private static MemorySegment key(char last) {
    MemorySegment key = Arena.global().allocate(KEY_BYTES);
    key.fill((byte) 'k');
    StoreKey.setTree(key, 0, 1);
    key.set(ValueLayout.JAVA_BYTE, KEY_BYTES - 1L, (byte) last);
    return key.asReadOnly();
  }

  /** Inserts entry {@code number} of the round under a key. */
  final void insert(int key, int number) {
    table.insert(KEYS[key], 0, KEY_BYTES, trailer(number), offset(number), length(number));
  }

  /** Inserts entries like those of a batch, numbered from {@code first} on. */
  final void insertBatch(int first, int... keys) {
    BatchSearch batch = new BatchSearch();
    for (int key : keys) {
      table.addSearch(KEYS[key], 0, KEY_BYTES, batch);
    }
    table.prefetch(batch);
    for (int search = 0; search < keys.length; search++) {
      int number = first + search;
      MemorySegment key = KEYS[keys[search]];
      table.insert(
          key, 0, KEY_BYTES, trailer(number), offset(number), length(number), batch, search);
    }
  }

  /** The number of the newest entry of a key, or {@link #NONE}, or {@link #TORN}. */
  final int newest(int key) {
    return newest(key, MAX_ENTRIES);
  }

  /** The number of a key's newest entry at or below an entry's sequence. */
  final int newest(int key, int number) {
    EntryRef found = new EntryRef();
    long hash = KeyHash.of(KEYS[key], 0, KEY_BYTES);
    long at = SequenceNumber.seekTrailer(round + number);
    return table.get(KEYS[key], 0, KEY_BYTES, hash, at, found)
        ? number(found.trailer(), found.offset(), found.length())
        : NONE;
  }

  /** The number of a cursor's entry, if it is an entry of a key; else {@link #TORN}. */
  final int number(InternalCursor at, int key) {
    boolean same =
        KeyOrder.compare(at.key(), at.keyOffset(), at.keyLength(), KEYS[key], 0, KEY_BYTES) == 0;
    return same ? number(at.trailer(), at.valueOffset(), at.valueLength()) : TORN;
  }

  /** The number of the entry with these fields, or {@link #TORN}. */
  final int number(long trailer, long valueOffset, long valueLength) {
    int number = (int) (SequenceNumber.sequence(trailer) - round);
    boolean whole =
        number >= 1
            && number <= MAX_ENTRIES
            && trailer == trailer(number)
            && valueOffset == offset(number)
            && valueLength == length(number);
    return whole ? number : TORN;
  }

  /** The numbers of all entries as digits, in the order of a walk; or {@link #TORN}. */
  final int walk(boolean forwards) {
    int digits = 0;
    try (InternalCursor cursor = table.cursor()) {
      boolean more = forwards ? cursor.first() : cursor.last();
      for (; more; more = forwards ? cursor.next() : cursor.prev()) {
        int number = number(cursor.trailer(), cursor.valueOffset(), cursor.valueLength());
        if (number == TORN) {
          return TORN;
        }
        digits = 10 * digits + number;
      }
    }
    return digits;
  }

  /** Gives the arena to another round. */
  final void recycle() {
    arena.reset();
    SPARES.add(arena);
  }

  private long trailer(int number) {
    return SequenceNumber.trailer(round + number, ValueKind.PUT.code());
  }

  private long offset(int number) {
    return (round + number) * 7 & PLACES;
  }

  private long length(int number) {
    return (round + number) * 31 & PLACES;
  }
}
