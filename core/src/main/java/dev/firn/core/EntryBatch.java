package dev.firn.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Consecutive entries that a cursor read at once. What a step of a scan costs besides decoding is
 * paid once per batch.
 *
 * <p>A key is kept as a <i>head</i>, which neighbours share, and a <i>tail</i> of at most 8 bytes,
 * a big-endian number padded with zeros; {@link #key} assembles it. Values are not copied. Entries
 * are counted from 0; a filter moves the entries to keep to the front.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> The memory of the keys is that of the creator's arena; memory that it
 * outgrew stays there. The memory of the values belongs to the cursor.
 */
public final class EntryBatch {

  /** Memory after the heads that may be overwritten: they are copied in whole words. */
  private static final int SLACK_BYTES = Long.BYTES;

  private static final int INITIAL_BYTES = 256;

  private static final int NONE = -1;

  /** Bits of a trailer that references and operands have, and puts and deletions have not. */
  private static final long LACKING_BITS =
      (ValueKind.VALUE_REFERENCE.code() | ValueKind.MERGE.code()) & ~ValueKind.PUT.code();

  /** A bit of a trailer that entries with an expiry have, and puts and deletions have not. */
  private static final long EXPIRY_BIT = ValueKind.EXPIRING.code() & ~ValueKind.PUT.code();

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

  /** The bits in which the trailers of the appended entries differ from the first one's. */
  private long trailerBits;

  private int limit;
  private int limitBytes = Integer.MAX_VALUE;

  private final int[] headOffsets;
  private final int[] headLengths;

  /** The last 8 bytes of each head, as a number, with leading zeros for a shorter head. */
  private final long[] headEnds;

  private final Arena arena;
  private MemorySegment headBytes;
  private int headCount;
  private int headsEnd;
  private long epoch;

  /** The last assembled key. */
  private MemorySegment key;

  /** The head of that key. */
  private int keyHead = NONE;

  /**
   * A batch without entries.
   *
   * @param capacity the maximum count of entries
   */
  public EntryBatch(int capacity) {
    this(capacity, Arena.ofAuto());
  }

  /**
   * A batch without entries.
   *
   * @param capacity the maximum count of entries
   * @param arena owns the memory of the keys
   */
  public EntryBatch(int capacity, Arena arena) {
    this.arena = arena;
    headBytes = allocate(INITIAL_BYTES);
    key = allocate(INITIAL_BYTES);
    heads = new int[capacity];
    tails = new long[capacity];
    keyLengths = new int[capacity];
    trailers = new long[capacity];
    values = new MemorySegment[capacity];
    valueOffsets = new long[capacity];
    valueLengths = new int[capacity];
    int maxHeads = 2 * capacity + 1; // one per block, and one per key that is too long for that
    headOffsets = new int[maxHeads];
    headLengths = new int[maxHeads];
    headEnds = new long[maxHeads];
    limit = capacity;
  }

  /** Removes all entries. */
  public void clear() {
    size = 0;
    trailerBits = 0;
    headCount = 0;
    headsEnd = 0;
    keyHead = NONE;
    epoch++;
  }

  /**
   * Whether all appended entries have the same trailer. Then no two of them have the same key,
   * because versions of a key differ in their trailers.
   */
  public boolean haveOneTrailer() {
    return trailerBits == 0;
  }

  /** Whether an appended entry may be a reference or an operand; false is certain. */
  public boolean mayLackValues() {
    return ((trailerBits | trailers[0]) & LACKING_BITS) != 0;
  }

  /** Whether an entry is a merge operand. */
  public boolean isOperand(int entry) {
    return SequenceNumber.kindCode(trailers[entry]) == ValueKind.MERGE.code();
  }

  /** Whether an appended entry may have an expiry; false is certain. */
  boolean mayHaveExpiries() {
    return ((trailerBits | trailers[0]) & EXPIRY_BIT) != 0 && size > 0;
  }

  /**
   * Makes an entry with an expiry a put of its value, or a deletion.
   *
   * @param isValue whether it has not expired
   */
  void settleExpiry(int entry, boolean isValue) {
    ValueKind kind = isValue ? ValueKind.PUT : ValueKind.DELETE;
    trailers[entry] = SequenceNumber.trailer(SequenceNumber.sequence(trailers[entry]), kind.code());
    valueOffsets[entry] += isValue ? Expiry.BYTES : 0;
    valueLengths[entry] = isValue ? valueLengths[entry] - Expiry.BYTES : 0;
  }

  /** Makes an entry with an expiry a deletion. */
  public void expire(int entry) {
    settleExpiry(entry, false);
  }

  /** Compares the trailers again, after some have changed. */
  void findTrailerBits() {
    long bits = 0;
    for (int i = 1; i < size; i++) {
      bits |= trailers[i] ^ trailers[0];
    }
    trailerBits = bits;
  }

  /** Whether an entry is a reference to a value file. */
  public boolean isReference(int entry) {
    return SequenceNumber.kindCode(trailers[entry]) == ValueKind.VALUE_REFERENCE.code();
  }

  /** Puts the value itself in the place of a reference to it, or of the operand that makes it. */
  public void resolve(int entry, MemorySegment value, long valueOffset, int valueLength) {
    trailers[entry] =
        SequenceNumber.trailer(SequenceNumber.sequence(trailers[entry]), ValueKind.PUT.code());
    setValue(entry, value);
    valueOffsets[entry] = valueOffset;
    valueLengths[entry] = valueLength;
  }

  /** Grows with each {@link #clear}, which invalidates what {@link #addHead} returned. */
  public long epoch() {
    return epoch;
  }

  /** Sets the count of entries, and of bytes of keys, at which the batch is full. */
  public void setLimit(int entries, int bytes) {
    limit = Math.min(entries, heads.length);
    limitBytes = bytes;
  }

  /** The count of entries. */
  public int size() {
    return size;
  }

  /** The maximum count of entries. */
  public int capacity() {
    return heads.length;
  }

  /** Whether no more entries should be appended. */
  public boolean isFull() {
    return room() <= 0;
  }

  /** The count of entries that may still be appended. */
  public int room() {
    return headsEnd >= limitBytes ? 0 : limit - size;
  }

  /** Appends the current entry of a cursor. */
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

  /** Stores the reference only if it changes: a store of a reference costs more than a load. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // identity
  private void setValue(int entry, MemorySegment value) {
    if (values[entry] != value) {
      values[entry] = value;
    }
  }

  /** Copies a head; returns its number. */
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

  /** Moves an entry to the place of an earlier one. */
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

  /** Removes all entries except one, which becomes the first; it may be a removed one. */
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

  /** Sets another place of an entry's value. */
  public void moveValue(int entry, MemorySegment value, long valueOffset) {
    values[entry] = value;
    valueOffsets[entry] = valueOffset;
  }

  /** Sets the count of entries; the removed ones stay readable until more are appended. */
  public void setSize(int entries) {
    size = entries;
  }

  /** Bytes of memory of the keys. */
  public long keyBytes() {
    return headBytes.byteSize() + key.byteSize();
  }

  /** The memory that holds an entry's store key, at 0; valid until the next call. */
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

  /** The part of an entry's key after its head. */
  public long tail(int entry) {
    return tails[entry];
  }

  /** The length of an entry's store key. */
  public int keyLength(int entry) {
    return keyLengths[entry];
  }

  /**
   * The last 8 bytes of an entry's key, as a number, with leading zeros for a shorter key. Unequal
   * ends belong to unequal keys.
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

  /** The place of an entry's value in {@link #value}. */
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

  /** Whether two entries have the same key. */
  public boolean isSameKey(int a, int b) {
    return keyLengths[a] == keyLengths[b]
        && keyEnd(a) == keyEnd(b)
        && haveSameStart(heads[a], heads[b], keyLengths[a] - Long.BYTES);
  }

  /** Whether the first {@code bytes} bytes of two heads, which are not shorter, are equal. */
  private boolean haveSameStart(int a, int b, int bytes) {
    return a == b
        || bytes <= 0
        || KeyOrder.compare(headBytes, headOffsets[a], bytes, headBytes, headOffsets[b], bytes)
            == 0;
  }

  /** Copies a few bytes, in whole words if the source has a word of slack after them. */
  private static void copyWords(
      MemorySegment source, long offset, MemorySegment target, long targetOffset, int length) {
    if (offset + length + Long.BYTES > source.byteSize()) {
      MemorySegment.copy(source, offset, target, targetOffset, length);
    } else {
      WordCopy.copy(source, offset, target, targetOffset, length);
    }
  }

  private MemorySegment reserve(MemorySegment memory, long used, long needed) {
    if (needed <= memory.byteSize()) {
      return memory;
    }
    MemorySegment larger = allocate(Math.max(needed, 2 * memory.byteSize()));
    MemorySegment.copy(memory, 0, larger, 0, used);
    return larger;
  }

  private MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, Long.BYTES);
  }
}
