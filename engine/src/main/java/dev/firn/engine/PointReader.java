package dev.firn.engine;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.KeyHash;
import dev.firn.core.Prefetch;
import dev.firn.core.ReadMoment;
import dev.firn.core.RefCounted;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FaultBarrier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one key: the generations in memory from the newest to the oldest, then the tables. Only
 * results are allocated.
 *
 * <p><b>Threading.</b> Any number of threads, each with a session of its own; no locks.
 */
public final class PointReader {

  /** In place of a snapshot: what is visible when the read begins. */
  public static final @Nullable OpenSnapshot LATEST = null;

  /** In place of a length: there is no value. */
  public static final long ABSENT = -1;

  private final CurrentView currentView;
  private final VisibleSequence visible;
  private final MergeReader merges;
  private final StoreClock clock;
  private final Health health;

  PointReader(
      CurrentView currentView,
      VisibleSequence visible,
      MergeReader merges,
      StoreClock clock,
      Health health) {
    this.currentView = currentView;
    this.visible = visible;
    this.merges = merges;
    this.clock = clock;
    this.health = health;
  }

  /**
   * A copy of the value of the session's key, or null.
   *
   * @param sequence gives the sequence to read at, or throws when its snapshot is closed; or {@link
   *     #LATEST}. Here and in the other methods.
   */
  public byte @Nullable [] get(Session session, @Nullable LongSupplier sequence) {
    EntryRef entry = session.entry();
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      if (!find(view, session, sequence)) {
        return null;
      }
      // Before the allocation: the length may come from a page that the device has lost.
      FaultBarrier.pass();
      byte[] value = array(entry.length(), "get(key, MemorySegment)");
      MemorySegment.copy(
          memory(view, entry), ValueLayout.JAVA_BYTE, entry.offset(), value, 0, value.length);
      FaultBarrier.pass();
      return value;
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      view.pins.getAndDecrement(stripe);
      entry.release();
      view.reclaimIfRetired();
    }
  }

  /**
   * An array for a value.
   *
   * @param instead the method that needs no array
   * @throws OutOfMemoryError when it does not fit into the heap, or into any array
   */
  static byte[] array(long length, String instead) {
    try {
      return new byte[Math.toIntExact(length)];
    } catch (OutOfMemoryError e) {
      OutOfMemoryError told =
          new OutOfMemoryError(
              "no array for a value of " + length + " bytes: " + instead + " needs none");
      told.initCause(e);
      throw told;
    }
  }

  /** Copies as much of the value as fits; returns its whole length, or {@link #ABSENT}. */
  public long get(Session session, @Nullable LongSupplier sequence, byte[] target) {
    EntryRef entry = session.entry();
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      if (!find(view, session, sequence)) {
        return ABSENT;
      }
      int copied = (int) Math.min(entry.length(), target.length);
      MemorySegment.copy(
          memory(view, entry), ValueLayout.JAVA_BYTE, entry.offset(), target, 0, copied);
      FaultBarrier.pass();
      return entry.length();
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      view.pins.getAndDecrement(stripe);
      entry.release();
      view.reclaimIfRetired();
    }
  }

  /** Copies as much of the value as fits; returns its whole length, or {@link #ABSENT}. */
  public long get(Session session, @Nullable LongSupplier sequence, MemorySegment target) {
    EntryRef entry = session.entry();
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      if (!find(view, session, sequence)) {
        return ABSENT;
      }
      long copied = Math.min(entry.length(), target.byteSize());
      MemorySegment.copy(memory(view, entry), entry.offset(), target, 0, copied);
      FaultBarrier.pass();
      return entry.length();
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      view.pins.getAndDecrement(stripe);
      entry.release();
      view.reclaimIfRetired();
    }
  }

  /** Takes a value in place. */
  public interface Taker {

    /** Takes it; the memory is read-only and valid until this method returns. */
    void take(MemorySegment memory, long offset, long length);
  }

  /**
   * Passes the value of the session's key on in place; returns whether there is one.
   *
   * @param taker may read from the store with the same session
   */
  public boolean read(Session session, @Nullable LongSupplier sequence, Taker taker) {
    EntryRef entry = session.entry();
    RefCounted pin = null;
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      if (!find(view, session, sequence)) {
        return false;
      }
      FaultBarrier.pass();
      MemorySegment memory = memory(view, entry);
      long offset = entry.offset();
      long length = entry.length();
      pin = entry.takePin();
      taker.take(memory.isReadOnly() ? memory : memory.asReadOnly(), offset, length);
      FaultBarrier.pass();
      return true;
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      view.pins.getAndDecrement(stripe);
      if (pin != null) {
        pin.release();
      }
      entry.release();
      view.reclaimIfRetired();
    }
  }

  /** Whether the session's key has a value. */
  public boolean contains(Session session, @Nullable LongSupplier sequence) {
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      boolean found = search(view, session, sequence);
      FaultBarrier.pass();
      return found;
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      view.pins.getAndDecrement(stripe);
      session.entry().release();
      view.reclaimIfRetired();
    }
  }

  /**
   * Finds the newest visible entry of the session's key; returns whether it is a put.
   *
   * <p>The caller pins the view before the sequence is read here. So every entry up to that
   * sequence that the view lacks was written after the read began; and a snapshot that is open here
   * finds all its entries, see {@link OpenSnapshot#getAsLong}.
   *
   * <p>Tables are read in place, and no checksum covers an absence or an entry's length. An absence
   * is certain when this method returns. An entry is certain once the caller has passed the fault
   * barrier after copying its value.
   */
  private boolean find(ReadView view, Session session, @Nullable LongSupplier sequence) {
    boolean found = search(view, session, sequence);
    if (found) {
      EntryRef entry = session.entry();
      if (ReadMoment.isOperand(entry.trailer())) {
        KeyBuffer key = session.key();
        MergeMemory memory = session.mergeMemory();
        merges.resolve(view, key.memory(), 0, key.length(), entry, session.moment(), memory);
      } else {
        resolve(view, entry);
      }
    } else {
      FaultBarrier.pass();
    }
    return found;
  }

  /** The memory that holds the value found. */
  private MemorySegment memory(ReadView view, EntryRef entry) {
    MemorySegment memory = entry.segment();
    return health.hasFailed() ? view.checked(memory, entry.offset() + entry.length()) : memory;
  }

  private boolean search(ReadView view, Session session, @Nullable LongSupplier sequence) {
    ReadMoment moment = session.moment();
    moment.set(sequence == null ? visible.get() : sequence.getAsLong(), clock.of(sequence));
    long trailer = SequenceNumber.seekTrailer(moment.sequence());
    MemorySegment key = session.key().memory();
    int length = session.key().length();
    EntryRef entry = session.entry();
    entry.release(); // a read that failed without stack or memory could not
    long hash = KeyHash.of(key, 0, length);
    Prefetch.consume(prefetch(view, hash));
    HitPredictor predictor = session.predictor();
    boolean found = search(view, key, length, hash, trailer, predictor, entry);
    predictor.record(found);
    return found && moment.isValue(entry);
  }

  /** Points an entry that is a reference at its value, which is read for that. */
  static void resolve(ReadView view, EntryRef entry) {
    if (ReadMoment.isReference(entry.trailer())) {
      view.version().valueFiles().resolve(entry);
    }
  }

  private static boolean search(
      ReadView view,
      MemorySegment key,
      int length,
      long hash,
      long trailer,
      HitPredictor predictor,
      EntryRef entry) {
    for (Generation generation : view.generations()) {
      if (generation.memTable().get(key, 0, length, hash, trailer, entry)) {
        return true;
      }
    }
    return view.version().get(key, 0, length, hash, trailer, predictor, entry);
  }

  /** Prefetches the words of all filters for a key, so that their cache misses overlap. */
  private static long prefetch(ReadView view, long hash) {
    long words = view.version().prefetch(hash);
    for (Generation generation : view.generations()) {
      words ^= generation.memTable().prefetch(hash);
    }
    return words;
  }
}
