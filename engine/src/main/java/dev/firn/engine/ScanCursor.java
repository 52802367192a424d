package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.file.FaultBarrier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the keys of a range as of one sequence: of each key the newest entry at or below
 * it, without deleted keys.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> See {@link ReusedCursor}.
 */
public final class ScanCursor extends ReusedCursor {

  /*
   * Entries are read from the source in batches; the source is on the last entry read. A step
   * within a batch asks no cursor below, and takes no lock. A step in the other direction searches
   * for the current key, and begins a new batch there.
   *
   * A value that is too large to be kept during a backward step is found again by a search, which
   * leaves the source as after a forward step.
   */

  private static final int NONE = -1;

  private enum Move {
    FIRST,
    LAST,
    SEEK,
    SEEK_BEFORE,
    SEEK_AT_OR_BEFORE,
    NEXT,
    PREV
  }

  private final KeyBuffer lower;
  private final KeyBuffer upper;
  private final KeyBuffer target;
  private final GapWalk gapWalk;
  private final ScanBatch batch;
  private final EntryBatch entries;
  private final ScanValues values;

  private InternalCursor source;

  /** The current entry of the batch, or {@link #NONE}. */
  private int place = NONE;

  private boolean forward = true;

  /** A view of the key's memory for the users of the API, and what it shows. */
  private MemorySegment keyView = MemorySegment.NULL;

  private MemorySegment keyMemory = MemorySegment.NULL;

  /** A closed cursor, which takes over the arena that has its memory. */
  ScanCursor(OpenCursors cursors, KnownGaps gaps, MergeReader merges, Health health, Arena arena) {
    super(cursors, health, new ScanMemory(arena, gaps));
    ScanMemory memory = memory();
    this.lower = memory.range().lower();
    this.upper = memory.range().upper();
    this.target = memory.target();
    this.gapWalk = memory.gapWalk();
    this.batch = memory.batch();
    this.entries = batch.entries();
    this.values = new ScanValues(entries, merges, memory.moment());
    this.source = sources().merged();
  }

  @Override
  ScanCursor self() {
    return this;
  }

  @Override
  void begin(ReadView pinned, InternalCursor entriesOfView, @Nullable ScanRanges ranges) {
    source = entriesOfView;
    gapWalk.begin(pinned, sources());
    batch.begin(ranges, place);
    place = NONE;
    forward = true;
  }

  /** Replaces the entries of the view, for tests. */
  void readFrom(InternalCursor other) {
    source = other;
  }

  /** Moves to the first key. */
  public boolean first(long lease) {
    return move(lease, Move.FIRST);
  }

  /** Moves to the last key. */
  public boolean last(long lease) {
    return move(lease, Move.LAST);
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(long lease, int tree, MemorySegment userKey) {
    return move(lease, Move.SEEK, tree, userKey, null);
  }

  /** Moves to the first key at or after a user key of the tree. */
  public boolean seek(long lease, int tree, byte[] userKey) {
    return move(lease, Move.SEEK, tree, null, userKey);
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(long lease, int tree, MemorySegment userKey) {
    return move(lease, Move.SEEK_BEFORE, tree, userKey, null);
  }

  /** Moves to the last key before a user key of the tree. */
  public boolean seekBefore(long lease, int tree, byte[] userKey) {
    return move(lease, Move.SEEK_BEFORE, tree, null, userKey);
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(long lease, int tree, MemorySegment userKey) {
    return move(lease, Move.SEEK_AT_OR_BEFORE, tree, userKey, null);
  }

  /** Moves to the last key at or before a user key of the tree. */
  public boolean seekAtOrBefore(long lease, int tree, byte[] userKey) {
    return move(lease, Move.SEEK_AT_OR_BEFORE, tree, null, userKey);
  }

  /** Moves to the next key. */
  public boolean next(long lease) {
    int next = place + 1;
    if (forward && place != NONE && next < entries.size() && state == lease) {
      place = next;
      return true;
    }
    return move(lease, Move.NEXT);
  }

  /** Moves to the previous key. */
  public boolean prev(long lease) {
    int next = place + 1;
    if (!forward && place != NONE && next < entries.size() && state == lease) {
      place = next;
      if (!batch.isValueDropped(next)) {
        return true;
      }
    }
    return move(lease, Move.PREV);
  }

  private boolean move(long lease, Move move) {
    return move(lease, move, 0, null, null);
  }

  /**
   * Every move but a step within a batch.
   *
   * @param tree for a seek, its tree
   * @param segment for a seek, its user key, unless {@code bytes} is
   * @param bytes for a seek, its user key, unless {@code segment} is
   */
  private boolean move(
      long lease, Move move, int tree, @Nullable MemorySegment segment, byte @Nullable [] bytes) {
    enter(lease);
    boolean done = false;
    try {
      user = Thread.currentThread().threadId();
      setTarget(tree, segment, bytes);
      boolean found =
          switch (move) {
            case FIRST -> findFirst();
            case LAST -> findLast();
            case SEEK -> findAtOrAfterTarget();
            case SEEK_BEFORE -> findBeforeTarget(SequenceNumber.MAX_TRAILER);
            case SEEK_AT_OR_BEFORE -> findBeforeTarget(SequenceNumber.MIN_TRAILER);
            case NEXT -> findNext();
            case PREV -> findPrev();
          };
      // The move is done once none of the pages that it read can turn out to be lost.
      FaultBarrier.pass();
      done = true;
      return found;
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      if (!done) {
        place = NONE;
        spoiled = true;
      }
      // Without a method of the store's: a cursor that stays busy keeps it from closing.
      STATE.setRelease(this, lease | rest);
    }
  }

  private void setTarget(int tree, @Nullable MemorySegment segment, byte @Nullable [] bytes) {
    if (segment != null) {
      target.setStoreKey(tree, segment);
    } else if (bytes != null) {
      target.setStoreKey(tree, bytes);
    }
  }

  /** Whether the cursor is on a key. */
  public boolean isValid(long lease) {
    return place != NONE && isOpen(lease);
  }

  /** The memory that holds the current store key, from its start. */
  public MemorySegment key(long lease) {
    checkReadable(lease);
    return entries.key(place);
  }

  /** A read-only view of the current user key. May be the same object as before a move. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  public MemorySegment userKey(long lease) {
    checkReadable(lease);
    MemorySegment bytes = entries.key(place);
    int length = entries.keyLength(place) - StoreKey.TREE_BYTES;
    if (bytes != keyMemory || keyView.byteSize() != length) {
      keyMemory = bytes;
      keyView = bytes.asSlice(StoreKey.TREE_BYTES, length).asReadOnly();
    }
    return keyView;
  }

  /** The current store key's length. */
  public int keyLength(long lease) {
    checkReadable(lease);
    return entries.keyLength(place);
  }

  /** The memory that holds the current value. */
  public MemorySegment value(long lease) {
    checkReadable(lease);
    findValue(lease);
    return currentValue();
  }

  private MemorySegment currentValue() {
    MemorySegment memory = entries.value(place);
    return health().hasFailed() ? checked(memory) : memory;
  }

  /** Finds the value if the entry does not have it. If that fails, the cursor stays there. */
  private void findValue(long lease) {
    if (!values.isElsewhere(place)) {
      return;
    }
    enter(lease);
    try {
      values.resolve(place, pinned());
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e);
    } finally {
      STATE.setRelease(this, lease | rest);
    }
  }

  private MemorySegment checked(MemorySegment memory) {
    try {
      return pinned().checked(memory, entries.valueOffset(place) + entries.valueLength(place));
    } catch (RuntimeException | InternalError e) {
      throw health().unreadable("reading", e, pinned());
    }
  }

  /** Where the current value starts in {@link #value}. */
  public long valueOffset(long lease) {
    checkReadable(lease);
    findValue(lease);
    return entries.valueOffset(place);
  }

  /** The current value's length. */
  public long valueLength(long lease) {
    checkReadable(lease);
    if (values.isMerged(place)) {
      findValue(lease);
    }
    return values.length(place);
  }

  /** A copy of the value. If that fails, the cursor stays there. */
  public byte[] valueBytes(long lease) {
    byte[] copy = PointReader.array(valueLength(lease), "value() or copyValue(MemorySegment)");
    findValue(lease);
    long offset = entries.valueOffset(place);
    try {
      MemorySegment.copy(currentValue(), ValueLayout.JAVA_BYTE, offset, copy, 0, copy.length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw health().unreadable("reading", e, pinned());
    } catch (IllegalStateException e) {
      throw freed(lease, e);
    }
    return copy;
  }

  /** Copies as much of the value as fits into {@code target}; returns the value's whole length. */
  public long copyValue(long lease, MemorySegment target) {
    long length = valueLength(lease);
    findValue(lease);
    long offset = entries.valueOffset(place);
    try {
      MemorySegment.copy(currentValue(), offset, target, 0, Math.min(length, target.byteSize()));
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw health().unreadable("reading", e, pinned());
    } catch (IllegalStateException e) {
      throw freed(lease, e);
    }
    return length;
  }

  /** A copy of the user key. */
  public byte[] keyBytes(long lease) {
    byte[] copy = new byte[keyLength(lease) - StoreKey.TREE_BYTES];
    try {
      MemorySegment.copy(
          key(lease), ValueLayout.JAVA_BYTE, StoreKey.TREE_BYTES, copy, 0, copy.length);
    } catch (IllegalStateException e) {
      throw freed(lease, e);
    }
    return copy;
  }

  /** Copies as much of the user key as fits into {@code target}; returns its whole length. */
  public int copyKey(long lease, MemorySegment target) {
    int length = keyLength(lease) - StoreKey.TREE_BYTES;
    try {
      long copied = Math.min(length, target.byteSize());
      MemorySegment.copy(key(lease), StoreKey.TREE_BYTES, target, 0, copied);
    } catch (IllegalStateException e) {
      throw freed(lease, e);
    }
    return length;
  }

  private void checkReadable(long lease) {
    if (state != lease && !isOpen(lease)) {
      throw closed();
    }
    checkValid();
  }

  private void checkValid() {
    if (place == NONE) {
      throw new IllegalStateException("the cursor is on no entry");
    }
  }

  private boolean findFirst() {
    gapWalk.seek(source, lower);
    return readForward();
  }

  private boolean findLast() {
    gapWalk.seekBefore(source, upper, SequenceNumber.MAX_TRAILER);
    return readBackward();
  }

  private boolean findAtOrAfterTarget() {
    if (lower.compareTo(target.memory(), 0, target.length()) >= 0) {
      return findFirst();
    }
    gapWalk.seek(source, target);
    return readForward();
  }

  /** With the largest trailer finds keys before the target, with the smallest the target too. */
  private boolean findBeforeTarget(long trailer) {
    if (upper.compareTo(target.memory(), 0, target.length()) <= 0) {
      return findLast();
    }
    gapWalk.seekBefore(source, target, trailer);
    return readBackward();
  }

  private boolean findNext() {
    checkValid();
    if (forward) {
      boolean found = batch.readNext(source);
      reads().add(0, entries.size());
      return enterBatch(found);
    }
    seekTo(SequenceNumber.MIN_TRAILER);
    return readForward();
  }

  private boolean findPrev() {
    checkValid();
    if (forward) {
      source.seekBefore(
          entries.key(place), 0, entries.keyLength(place), SequenceNumber.MAX_TRAILER);
      return readBackward();
    }
    reads().add(0, entries.size());
    return batch.isValueDropped(place) ? findAgain() : enterBatchBackward(batch.readPrev(source));
  }

  /** Moves the source to the first entry at or after a trailer of the current key. */
  private void seekTo(long trailer) {
    source.seek(entries.key(place), 0, entries.keyLength(place), trailer);
  }

  /** Begins a batch at the current entry of the source. */
  private boolean readForward() {
    forward = true;
    reads().add(1, entries.size());
    batch.restart(place);
    return enterBatch(batch.readForward(source));
  }

  /** Begins a backward batch at the current entry of the source. */
  private boolean readBackward() {
    forward = false;
    reads().add(1, entries.size());
    batch.restart(place);
    return enterBatchBackward(batch.readBackward(source));
  }

  private boolean enterBatch(boolean found) {
    place = found ? 0 : NONE;
    if (found) {
      values.enter(pinned().version().valueFiles());
    }
    return found;
  }

  private boolean enterBatchBackward(boolean found) {
    return enterBatch(found) && (!batch.isValueDropped(0) || findAgain());
  }

  /** Finds the current entry again, whose value the batch has dropped. */
  private boolean findAgain() {
    // Of the entry itself: the kind in the batch is that of what it shows.
    seekTo(SequenceNumber.seekTrailer(SequenceNumber.sequence(entries.trailer(place))));
    return readForward();
  }
}
