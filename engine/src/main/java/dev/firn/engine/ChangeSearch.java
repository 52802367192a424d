package dev.firn.engine;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.range.RangeBounds;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstone;
import dev.firn.memtable.MemTable;
import dev.firn.version.RunCursor;
import dev.firn.version.Version;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.RecordEntries;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the writes to keys and ranges between two sequences. It asks only sources that may have
 * such writes: usually the active memtable, and nothing at all when no other writer has committed.
 *
 * <p>The kind of an entry does not matter: a put, a deletion, a reference, an operand and a range
 * tombstone each are a write.
 *
 * <p><b>Threading.</b> Belongs to one thread, which has pinned the view.
 */
public final class ChangeSearch {

  private final ReadView view;
  private final long after;
  private final long upTo;
  private final Health health;

  /** Whether writes may be in tables. */
  private final boolean asksTables;

  /** Whether tables may have writes whose sequences are lost. */
  private final boolean isUndecidable;

  /** Off the heap, as all keys that are compared. Null until it is needed. */
  private @Nullable KeyBuffer buffer;

  private final EntryRef entry = new EntryRef();
  private final HitPredictor predictor = new HitPredictor();

  /**
   * @param after the sequence after which writes are looked for
   * @param upTo the last sequence to look at, visible
   * @param isKept whether tables keep the sequences above {@code after}
   */
  ChangeSearch(ReadView view, long after, long upTo, boolean isKept, Health health) {
    this.view = view;
    this.after = after;
    this.upTo = upTo;
    this.health = health;
    boolean flushed = view.version().state().lastSequence() > after;
    this.asksTables = flushed && isKept;
    this.isUndecidable = flushed && !isKept;
  }

  @Nullable Conflict find(CommitCheck check) {
    try {
      Conflict found = check.find(this);
      FaultBarrier.pass();
      return found;
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("looking for conflicts", e, view);
    }
  }

  /** Whether a key was written. */
  public boolean isChanged(MemorySegment storeKey, long offset, int length) {
    if (isUndecidable) {
      return true;
    }
    long hash = KeyHash.of(storeKey, offset, length);
    long trailer = SequenceNumber.seekTrailer(upTo);
    try {
      for (Generation generation : view.generations()) {
        if (mayHaveChanges(generation)
            && generation.memTable().get(storeKey, offset, length, hash, trailer, entry)) {
          return SequenceNumber.sequence(entry.trailer()) > after;
        }
      }
      return asksTables
          && view.version().get(storeKey, offset, length, hash, trailer, predictor, entry)
          && SequenceNumber.sequence(entry.trailer()) > after;
    } finally {
      entry.release();
    }
  }

  /** Whether a key was written. */
  public boolean isChanged(byte[] storeKey) {
    KeyBuffer key = copy(storeKey);
    return isChanged(key.memory(), 0, key.length());
  }

  private KeyBuffer copy(byte[] storeKey) {
    KeyBuffer key = buffer;
    if (key == null) {
      key = new KeyBuffer();
      buffer = key;
    }
    key.set(storeKey);
    return key;
  }

  /**
   * The write to a key of a range, or null.
   *
   * @param from the first store key of the range
   * @param end the first store key after the range
   */
  public @Nullable Conflict changeIn(byte[] from, byte[] end) {
    if (isUndecidable) {
      return new Conflict(from);
    }
    for (Generation generation : view.generations()) {
      if (mayHaveChanges(generation)) {
        MemTable memTable = generation.memTable();
        Conflict found = deletionIn(memTable.ranges(), from, end);
        if (found == null) {
          found = entryIn(memTable.cursor(), from, end);
        }
        if (found != null) {
          return found;
        }
      }
    }
    return asksTables ? changeInTables(from, end) : null;
  }

  private @Nullable Conflict changeInTables(byte[] from, byte[] end) {
    Version version = view.version();
    KeyBuffer range = new KeyBuffer();
    range.set(from);
    MemorySegment lower = range.memory();
    KeyBuffer bound = new KeyBuffer();
    bound.set(end);
    MemorySegment upper = bound.memory();
    int count = version.runs();
    for (int run = version.runOf(0, lower, from.length, upper, end.length);
        run < count;
        run = version.runOf(run + 1, lower, from.length, upper, end.length)) {
      Conflict found = deletionIn(version.ranges(run), from, end);
      if (found == null) {
        found = entryInRun(version, run, from, end);
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Conflict entryInRun(Version version, int run, byte[] from, byte[] end) {
    RunCursor cursor = new RunCursor();
    try {
      version.turn(cursor, run);
      return entryIn(cursor, from, end);
    } finally {
      cursor.rest();
      cursor.close();
    }
  }

  private @Nullable Conflict entryIn(InternalCursor cursor, byte[] from, byte[] end) {
    KeyBuffer lower = copy(from);
    boolean more = cursor.seek(lower.memory(), 0, lower.length(), SequenceNumber.MAX_TRAILER);
    for (; more; more = cursor.next()) {
      if (KeyOrder.compare(cursor.key(), cursor.keyOffset(), cursor.keyLength(), end) >= 0) {
        return null;
      }
      if (isBetween(SequenceNumber.sequence(cursor.trailer()))) {
        MemorySegment key = cursor.key().asSlice(cursor.keyOffset(), cursor.keyLength());
        return new Conflict(key.toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return null;
  }

  private @Nullable Conflict deletionIn(@Nullable RangeSource ranges, byte[] from, byte[] end) {
    if (ranges == null) {
      return null;
    }
    RangeBounds stretch = new RangeBounds();
    byte[] at = from;
    while (at != null && Arrays.compareUnsigned(at, end) < 0) {
      stretch.reset();
      KeyBuffer key = copy(at);
      if (ranges.newest(key.memory(), 0, key.length(), upTo, stretch) > after) {
        return new Conflict(at);
      }
      at = stretch.to();
    }
    return null;
  }

  /**
   * The write to a key, or to a range, that a record writes too; or null.
   *
   * @param entries work memory
   */
  public @Nullable Conflict changeOf(RecordBuilder record, RecordEntries entries) {
    record.read(entries);
    while (entries.next()) {
      if (entries.kindCode() == ValueKind.RANGE_DELETE.code()) {
        RangeTombstone range = entries.range(upTo);
        Conflict found = changeIn(range.start(), range.end());
        if (found != null) {
          return found;
        }
      } else if (isChanged(entries.segment(), entries.keyOffset(), entries.keyLength())) {
        MemorySegment key = entries.segment().asSlice(entries.keyOffset(), entries.keyLength());
        return new Conflict(key.toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return null;
  }

  private boolean isBetween(long sequence) {
    return sequence > after && sequence <= upTo;
  }

  private boolean mayHaveChanges(Generation generation) {
    return generation.segment().lastSequence() > after;
  }
}
