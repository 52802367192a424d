package dev.firn.memtable;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A memtable with its arena and a journal of bare values; its keys and values are byte arrays. */
final class Generation implements AutoCloseable {

  /** An entry as tests see it. */
  record Entry(byte[] key, long trailer, byte[] value) {

    static final Comparator<Entry> ORDER =
        (a, b) -> {
          int c = Arrays.compareUnsigned(a.key, b.key);
          return c != 0 ? c : Long.compareUnsigned(b.trailer, a.trailer);
        };

    @Override
    public String toString() {
      return Arrays.toString(key) + "#" + SequenceNumber.sequence(trailer);
    }
  }

  private final Arena scratch = Arena.ofShared();
  final MemTableArena arena;
  final MemorySegment journal;
  final MemTable table;
  private final AtomicLong journalEnd = new AtomicLong();

  Generation(long arenaBytes, long journalBytes, KeyNormalizer normalizer, long seed) {
    this(MemTableArena.allocate(arenaBytes), journalBytes, normalizer, seed);
  }

  /** With an arena that was used before; takes it over. */
  Generation(MemTableArena arena, long journalBytes, KeyNormalizer normalizer, long seed) {
    this.arena = arena;
    this.journal = scratch.allocate(journalBytes, 8);
    this.table = new MemTable(arena, journal, normalizer, seed);
  }

  /** A store key: a tree's id, then a user's key. */
  static byte[] key(int tree, byte... userKey) {
    return ByteBuffer.allocate(4 + userKey.length).putInt(tree).put(userKey).array();
  }

  MemorySegment segment(byte[] bytes) {
    return copy(scratch, bytes);
  }

  static MemorySegment copy(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(Math.max(bytes.length, 1));
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  /** Inserts an entry; false if the budget does not allow it. */
  boolean insert(Entry entry) {
    if (!table.tryBudget(MemTable.nodeBytes(entry.key.length))) {
      return false;
    }
    long at = journalEnd.getAndAdd(entry.value.length);
    MemorySegment.copy(entry.value, 0, journal, ValueLayout.JAVA_BYTE, at, entry.value.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = copy(arena, entry.key);
      table.insert(key, 0, entry.key.length, entry.trailer, at, entry.value.length);
      key.fill((byte) 0x5a); // the memtable must not read it after the call
    }
    return true;
  }

  @Nullable Entry get(byte[] key, long trailer) {
    EntryRef ref = new EntryRef();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = copy(arena, key);
      long hash = KeyHash.of(copy, 0, key.length);
      if (!table.get(copy, 0, key.length, hash, trailer, ref)) {
        return null;
      }
    }
    return new Entry(key, ref.trailer(), bytes(ref.segment(), ref.offset(), ref.length()));
  }

  static Entry entry(InternalCursor cursor) {
    return new Entry(
        bytes(cursor.key(), cursor.keyOffset(), cursor.keyLength()),
        cursor.trailer(),
        bytes(cursor.value(), cursor.valueOffset(), cursor.valueLength()));
  }

  private static byte[] bytes(MemorySegment segment, long offset, long length) {
    return segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public void close() {
    arena.close();
    scratch.close();
  }
}
