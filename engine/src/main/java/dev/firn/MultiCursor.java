package dev.firn;

import dev.firn.core.PairKey;
import dev.firn.core.PairParts;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A position in the pairs of a multi tree, which moves in both directions: by key, and within a key
 * by value. A cursor sees the pairs of one moment: those that were there when it was made or reset,
 * or, from a {@link MultiTree#at} reader, those of the snapshot.
 *
 * <p>A new cursor is on no pair. {@link #first}, {@link #last} and the {@code seek} methods move it
 * from anywhere; {@link #next}, {@link #prev}, {@link #nextKey} and {@link #prevKey} move it from
 * the pair it is on. Every move returns whether the cursor is on a pair after it; a step past
 * either end of the range leaves it on none.
 *
 * <pre>{@code
 * try (MultiCursor cursor = tree.cursor()) {
 *   for (boolean more = cursor.first(); more; more = cursor.nextKey()) {
 *     use(cursor.key());
 *   }
 * }
 * }</pre>
 *
 * <p><b>Keys and values.</b> As {@link MultiReader} describes them. What to seek may be outside the
 * range of the cursor: it moves to the nearest pair of the range in the direction of the search.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> A cursor keeps the memory and the files it reads until it is closed or
 * reset: close it soon. {@link #key} and {@link #value} are read-only views, valid until the cursor
 * moves, is reset or is closed. A step makes no object; {@code key} and {@code value} make one when
 * the lengths differ from those of the pair before.
 *
 * <p><b>Errors.</b> As those of {@link Cursor}; {@link IllegalArgumentException} when a key and a
 * value to seek are too long together.
 */
public final class MultiCursor implements AutoCloseable {

  /** How many pairs of a key are stepped over before the next key is sought. */
  private static final int STEPS = 8;

  private static final int UNKNOWN = -1;

  private final Tree tree;
  private final Cursor cursor;
  private final PairParts parts = new PairParts();
  private @Nullable PairKey target;

  /** Where the value of the current pair starts, or {@link #UNKNOWN}. */
  private int split = UNKNOWN;

  /** A view of a value, and of which part of which memory. */
  private MemorySegment valueView = MemorySegment.NULL;

  private MemorySegment viewedPair = MemorySegment.NULL;
  private int viewedSplit;

  MultiCursor(Tree tree, KeyReader pairs, KeyRange range) {
    this.tree = tree;
    this.cursor = pairs.cursor(range);
  }

  /**
   * Moves the cursor to the pairs whose keys are in a range: afterwards it is as {@link
   * MultiReader#cursor(KeyRange)} returns it. If the call throws, the cursor is unchanged.
   */
  public void reset(KeyRange keys) {
    cursor.reset(PairRange.ofKeys(keys));
    split = UNKNOWN;
  }

  /**
   * Moves the cursor to values of a key: afterwards it is as {@link MultiReader#values(byte[],
   * KeyRange)} returns it. If the call throws, the cursor is unchanged.
   */
  public void resetToValues(byte[] key, KeyRange values) {
    cursor.reset(PairRange.ofValues(key, values));
    split = UNKNOWN;
  }

  /** Moves to the first pair of the range. */
  public boolean first() {
    split = UNKNOWN;
    return cursor.first();
  }

  /** Moves to the last pair of the range. */
  public boolean last() {
    split = UNKNOWN;
    return cursor.last();
  }

  /** Moves to the first pair whose key is at or after {@code key}. */
  public boolean seek(byte[] key) {
    return seekTarget(target().setFirst(Objects.requireNonNull(key, "key")));
  }

  /** Moves to the first pair whose key is at or after {@code key}. */
  public boolean seek(MemorySegment key) {
    return seekTarget(target().setFirst(Objects.requireNonNull(key, "key")));
  }

  /** Moves to the first pair at or after a key and a value. */
  public boolean seek(byte[] key, byte[] value) {
    return seekTarget(target(key, value));
  }

  /** Moves to the first pair at or after a key and a value. */
  public boolean seek(MemorySegment key, MemorySegment value) {
    return seekTarget(target(key, value));
  }

  /** Moves to the last pair whose key is before {@code key}. */
  public boolean seekBefore(byte[] key) {
    return seekBeforeTarget(target().setFirst(Objects.requireNonNull(key, "key")));
  }

  /** Moves to the last pair whose key is before {@code key}. */
  public boolean seekBefore(MemorySegment key) {
    return seekBeforeTarget(target().setFirst(Objects.requireNonNull(key, "key")));
  }

  /** Moves to the last pair before a key and a value. */
  public boolean seekBefore(byte[] key, byte[] value) {
    return seekBeforeTarget(target(key, value));
  }

  /** Moves to the last pair before a key and a value. */
  public boolean seekBefore(MemorySegment key, MemorySegment value) {
    return seekBeforeTarget(target(key, value));
  }

  /** Moves to the last pair whose key is at or before {@code key}. */
  public boolean seekAtOrBefore(byte[] key) {
    return seekBeforeTarget(target().setFirst(Objects.requireNonNull(key, "key")).afterKey());
  }

  /** Moves to the last pair whose key is at or before {@code key}. */
  public boolean seekAtOrBefore(MemorySegment key) {
    return seekBeforeTarget(target().setFirst(Objects.requireNonNull(key, "key")).afterKey());
  }

  /** Moves to the last pair at or before a key and a value. */
  public boolean seekAtOrBefore(byte[] key, byte[] value) {
    split = UNKNOWN;
    return cursor.seekAtOrBefore(target(key, value).view());
  }

  /** Moves to the last pair at or before a key and a value. */
  public boolean seekAtOrBefore(MemorySegment key, MemorySegment value) {
    split = UNKNOWN;
    return cursor.seekAtOrBefore(target(key, value).view());
  }

  private PairKey target(byte[] key, byte[] value) {
    return target().set(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
  }

  private PairKey target(MemorySegment key, MemorySegment value) {
    return target().set(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
  }

  private PairKey target() {
    PairKey known = target;
    if (known == null) {
      known = new PairKey();
      target = known;
    }
    return known;
  }

  private boolean seekTarget(PairKey pair) {
    split = UNKNOWN;
    return cursor.seek(pair.view());
  }

  private boolean seekBeforeTarget(PairKey pair) {
    split = UNKNOWN;
    return cursor.seekBefore(pair.view());
  }

  /** Moves to the next pair: the next value of the key, or the first value of the next key. */
  public boolean next() {
    split = UNKNOWN;
    return cursor.next();
  }

  /** Moves to the previous pair. */
  public boolean prev() {
    split = UNKNOWN;
    return cursor.prev();
  }

  /** Moves to the first pair of the next key. Steps over any count of values in little time. */
  public boolean nextKey() {
    split();
    for (int i = 0; i < STEPS; i++) {
      if (!next()) {
        return false;
      }
      if (!parts.hasSameKey(cursor.key())) {
        return true;
      }
    }
    return seekTarget(target().setFirst(parts.key()).afterKey());
  }

  /** Moves to the last pair of the previous key. Steps over any count of values in little time. */
  public boolean prevKey() {
    split();
    for (int i = 0; i < STEPS; i++) {
      if (!prev()) {
        return false;
      }
      if (!parts.hasSameKey(cursor.key())) {
        return true;
      }
    }
    return seekBeforeTarget(target().setFirst(parts.key()));
  }

  /** Returns whether the cursor is on a pair. */
  public boolean isValid() {
    return cursor.isValid();
  }

  /** Returns the key. May return the same object as before the last move. */
  public MemorySegment key() {
    split();
    return parts.key();
  }

  /** Returns the value, in place. May return the same object as before the last move. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  public MemorySegment value() {
    int start = split();
    MemorySegment pair = cursor.key();
    if (pair != viewedPair || start != viewedSplit) {
      valueView = pair.asSlice(start);
      viewedPair = pair;
      viewedSplit = start;
    }
    return valueView;
  }

  /** Returns the key's length in bytes. */
  public int keyLength() {
    split();
    return parts.keyLength();
  }

  /** Returns the value's length in bytes. */
  public int valueLength() {
    return cursor.keyLength() - split();
  }

  /** Returns a copy of the key. */
  public byte[] keyBytes() {
    return key().toArray(ValueLayout.JAVA_BYTE);
  }

  /** Returns a copy of the value. */
  public byte[] valueBytes() {
    return value().toArray(ValueLayout.JAVA_BYTE);
  }

  /** Copies as much of the key as fits into {@code target}; returns the whole key's length. */
  public int copyKey(MemorySegment target) {
    MemorySegment key = key();
    MemorySegment.copy(key, 0, target, 0, Math.min(key.byteSize(), target.byteSize()));
    return (int) key.byteSize();
  }

  /** Copies as much of the value as fits into {@code target}; returns the whole value's length. */
  public int copyValue(MemorySegment target) {
    int start = split();
    int length = cursor.keyLength() - start;
    MemorySegment.copy(cursor.key(), start, target, 0, Math.min(length, target.byteSize()));
    return length;
  }

  /** Where the value of the current pair starts in it. */
  private int split() {
    MemorySegment pair = cursor.key();
    if (split == UNKNOWN) {
      int found = parts.split(pair);
      if (found < 0) {
        throw new CorruptionException(
            tree.engine().directory(), 0, "a key and a value in " + tree, "a key of another form");
      }
      split = found;
    }
    return split;
  }

  /** What the cursor reads, and whether it is on a pair; no key and no value. */
  @Override
  public String toString() {
    return "Multi" + cursor;
  }

  /** Releases the memory and the files that the cursor keeps. Idempotent. */
  @Override
  public void close() {
    cursor.close();
  }
}
