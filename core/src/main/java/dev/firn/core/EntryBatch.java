package dev.firn.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Some consecutive entries that a cursor read at once. What a step of a scan costs beside decoding
 * is paid once for a batch.
 *
 * <p>A key is kept as a <i>head</i>, which neighbours have in common, and a <i>tail</i> of at most
 * 8 bytes, a big-endian number filled up with zeros; it is put together when somebody asks for it.
 * Values are where they are. Entries are counted from 0; who filters a batch moves the ones to keep
 * to the front.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The memory of the keys is
 * the garbage collector's, so that a look at a key is safe whatever happened to the cursor; that of
 * the values is the cursor's.
 */
public final class EntryBatch {

  /** Heads are copied in whole words: memory behind them that may be overwritten. */
  private static final int SLACK_BYTES = Long.BYTES;

  private static final int INITIAL_BYTES = 256;

  private static final int NONE = -1;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final int[] heads;
  private final long[] tails;
  private final int[] keyLengths;
  private final long[] trailers;
  private final MemorySegment[] values;
  private final long[] valueOffsets;
  private final int[] valueLengths;
  private int size;

  /** The bits in which the trailers of the entries appended differ from the first one's. */
  private long trailerBits;

  private int limit;
  private int limitBytes = Integer.MAX_VALUE;

  private final int[] headOffsets;
  private final int[] headLengths;

  /** The last 8 bytes of each head, as a number; fewer are preceded by zeros. */
  private final long[] headEnds;

  private MemorySegment headBytes = allocate(INITIAL_BYTES);
  private int headCount;
  private int headsEnd;
  private long epoch;

  /** Where the key is put together that was asked for last, and its head. */
  private MemorySegment key = allocate(INITIAL_BYTES);

  private int keyHead = NONE;

  /**
   * A batch without entries.
   *
   * @param capacity the most entries it can have
   */
  public EntryBatch(int capacity) {
    heads = new int[capacity];
    tails = new long[capacity];
    keyLengths = new int[capacity];
    trailers = new long[capacity];
    values = new MemorySegment[capacity];
    valueOffsets = new long[capacity];
    valueLengths = new int[capacity];
    int mostHeads = 2 * capacity + 1; // one of each block, and one of each key too long for that
    headOffsets = new int[mostHeads];
    headLengths = new int[mostHeads];
    headEnds = new long[mostHeads];
    limit = capacity;
  }

  /** Takes all entries out. */
  public void clear() {
    size = 0;
    trailerBits = 0;
    headCount = 0;
    headsEnd = 0;
    keyHead = NONE;
    epoch++;
  }

  /**
   * Whether all entries appended have one trailer; then no two of them have the same key, because
   * versions of a key differ in their trailers.
   */
  public boolean haveOneTrailer() {
    return trailerBits == 0;
  }

  /** Grows with each {@link #clear}: what {@link #addHead} returned before means nothing then. */
  public long epoch() {
    return epoch;
  }

  /** Says how many entries, or bytes of keys, make the batch full. */
  public void setLimit(int entries, int bytes) {
    limit = Math.min(entries, heads.length);
    limitBytes = bytes;
  }

  /** How many entries there are. */
  public int size() {
    return size;
  }

  /** The most entries there can be. */
  public int capacity() {
    return heads.length;
  }

  /** Whether no more entries should be appended. */
  public boolean isFull() {
    return room() <= 0;
  }

  /** How many more entries should be appended at most. */
  public int room() {
    return headsEnd >= limitBytes ? 0 : limit - size;
  }

  /** Appends the entry a cursor stands on. */
  public void append(InternalCursor entry) {
    append(
        entry.key(),
        entry.keyOffset(),
        entry.keyLength(),
        entry.trailer(),
        entry.value(),
        entry.valueOffset(),
        entry.valueLength());
  }

  /** Appends an entry of another batch. */
  public void append(EntryBatch other, int entry) {
    append(
        other.key(entry),
        0,
        other.keyLengths[entry],
        other.trailers[entry],
        other.values[entry],
        other.valueOffsets[entry],
        other.valueLengths[entry]);
  }

  /** Appends an entry; its key is copied. */
  public void append(
      MemorySegment key,
      long keyOffset,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    int headLength = Math.max(0, keyLength - Long.BYTES);
    int head = addHead(key, keyOffset, headLength);
    long tail = KeyPrefix.word(key, keyOffset + headLength, keyLength - headLength);
    append(head, tail, keyLength, trailer, value, valueOffset, valueLength);
  }

  /** Appends an entry whose key is a head and a tail of at most 8 bytes. */
  public void append(
      int head,
      long tail,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    int i = size;
    heads[i] = head;
    tails[i] = tail;
    keyLengths[i] = keyLength;
    trailers[i] = trailer;
    trailerBits |= trailer ^ trailers[0];
    setValue(i, value);
    valueOffsets[i] = valueOffset;
    valueLengths[i] = (int) valueLength;
    size = i + 1;
  }

  /** A store of a reference costs more than a look at it. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  private void setValue(int entry, MemorySegment value) {
    if (values[entry] != value) {
      values[entry] = value;
    }
  }

  /** Copies what keys have in common at their start; returns its number. */
  public int addHead(MemorySegment source, long offset, int length) {
    int head = headCount++;
    int at = headsEnd;
    headBytes = reserve(headBytes, at, (long) at + length + SLACK_BYTES);
    copyWords(source, offset, headBytes, at, length);
    headOffsets[head] = at;
    headLengths[head] = length;
    int last = Math.min(length, Long.BYTES);
    headEnds[head] =
        last == 0
            ? 0
            : KeyPrefix.word(headBytes, (long) at + length - last, last) >>> (Long.SIZE - 8 * last);
    headsEnd = at + length;
    return head;
  }

  /** Puts an entry in the place of one before it. */
  public void move(int from, int to) {
    if (from != to) {
      heads[to] = heads[from];
      tails[to] = tails[from];
      keyLengths[to] = keyLengths[from];
      trailers[to] = trailers[from];
      values[to] = values[from];
      valueOffsets[to] = valueOffsets[from];
      valueLengths[to] = valueLengths[from];
    }
  }

  /** Takes out all entries but one, which becomes the first; it may be one that was taken out. */
  public void keepOnly(int entry) {
    MemorySegment bytes = key(entry);
    clear();
    append(
        bytes,
        0,
        keyLengths[entry],
        trailers[entry],
        values[entry],
        valueOffsets[entry],
        valueLengths[entry]);
  }

  /** Says that an entry's value is elsewhere. */
  public void moveValue(int entry, MemorySegment value, long valueOffset) {
    values[entry] = value;
    valueOffsets[entry] = valueOffset;
  }

  /**
   * Says how many entries there are; those behind them stay as they are until more are appended. */
  public void setSize(int entries) {
    size = entries;
  }

  /** How much memory the keys take. */
  public long keyBytes() {
    return headBytes.byteSize() + key.byteSize();
  }

  /** The memory that holds an entry's store key, at 0, until another one's is asked for. */
  public MemorySegment key(int entry) {
    int head = heads[entry];
    int length = headLengths[head];
    if (head != keyHead) {
      key = reserve(key, 0, (long) length + 2 * Long.BYTES);
      copyWords(headBytes, headOffsets[head], key, 0, length);
      keyHead = head;
    }
    key.set(WORD, length, tails[entry]);
    return key;
  }

  /** The part of an entry's key behind its head. */
  public long tail(int entry) {
    return tails[entry];
  }

  /** The length of an entry's store key. */
  public int keyLength(int entry) {
    return keyLengths[entry];
  }

  /**
   * The last 8 bytes of an entry's key, as a number; of a shorter key all of them, preceded by
   * zeros. Unequal ends belong to unequal keys.
   */
  public long keyEnd(int entry) {
    int head = heads[entry];
    int bits = 8 * (keyLengths[entry] - headLengths[head]);
    long tail = tails[entry];
    if (bits == 0) {
      return headEnds[head];
    }
    return bits == Long.SIZE ? tail : headEnds[head] << bits | tail >>> (Long.SIZE - bits);
  }

  /** An entry's sequence and kind, see {@link SequenceNumber}. */
  public long trailer(int entry) {
    return trailers[entry];
  }

  /** The memory that holds an entry's value. */
  public MemorySegment value(int entry) {
    return values[entry];
  }

  /** Where an entry's value starts. */
  public long valueOffset(int entry) {
    return valueOffsets[entry];
  }

  /** The length of an entry's value. */
  public int valueLength(int entry) {
    return valueLengths[entry];
  }

  /** Compares an entry's store key with another key, in the order of keys. */
  public int compareKey(int entry, MemorySegment other, long offset, int length) {
    return KeyOrder.compare(key(entry), 0, keyLengths[entry], other, offset, length);
  }

  /** Whether two entries have one key. */
  public boolean isSameKey(int a, int b) {
    return keyLengths[a] == keyLengths[b]
        && keyEnd(a) == keyEnd(b)
        && haveSameStart(heads[a], heads[b], keyLengths[a] - Long.BYTES);
  }

  /** Whether two heads, which have at least so many bytes, begin with the same ones. */
  private boolean haveSameStart(int a, int b, int bytes) {
    return a == b
        || bytes <= 0
        || KeyOrder.compare(headBytes, headOffsets[a], bytes, headBytes, headOffsets[b], bytes)
            == 0;
  }

  /** Copies a few bytes in whole words, if both sides have a word to spare behind them. */
  private static void copyWords(
      MemorySegment source, long offset, MemorySegment target, long targetOffset, int length) {
    if (offset + length + Long.BYTES > source.byteSize()) {
      MemorySegment.copy(source, offset, target, targetOffset, length);
    } else {
      WordCopy.copy(source, offset, target, targetOffset, length);
    }
  }

  private static MemorySegment reserve(MemorySegment memory, long used, long needed) {
    if (needed <= memory.byteSize()) {
      return memory;
    }
    MemorySegment larger = allocate(Math.max(needed, 2 * memory.byteSize()));
    MemorySegment.copy(memory, 0, larger, 0, used);
    return larger;
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }
}
