package dev.firn.engine;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.KeyHash;
import dev.firn.core.Prefetch;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FaultBarrier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads one key: the generations in memory from the newest to the oldest, then the tables. Nothing
 * is allocated but what a method returns.
 *
 * <p><b>Threading.</b> Any number of threads, each with a session of its own; no locks.
 */
public final class PointReader {

  /** The sequence that stands for "whatever is visible when the read begins". */
  public static final long LATEST = -1;

  /** What is returned for the length of a value that is not there. */
  public static final long ABSENT = -1;

  private final CurrentView views;
  private final VisibleSequence visible;
  private final Health health;

  PointReader(CurrentView views, VisibleSequence visible, Health health) {
    this.views = views;
    this.visible = visible;
    this.health = health;
  }

  /** A copy of the value of the session's key, or null. */
  public byte @Nullable [] get(Session session, long sequence) {
    ReadView view = views.acquire();
    EntryRef entry = session.entry();
    try {
      if (!find(view, session, sequence)) {
        return null;
      }
      // The length may come from a page that is gone, and memory is made of it.
      FaultBarrier.pass();
      byte[] value = new byte[Math.toIntExact(entry.length())];
      MemorySegment.copy(
          memory(view, entry), ValueLayout.JAVA_BYTE, entry.offset(), value, 0, value.length);
      FaultBarrier.pass();
      return value;
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      entry.release();
      views.release(view);
    }
  }

  /** Copies as much of the value as fits; returns its whole length, or {@link #ABSENT}. */
  public long get(Session session, long sequence, byte[] target) {
    ReadView view = views.acquire();
    EntryRef entry = session.entry();
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
      entry.release();
      views.release(view);
    }
  }

  /** Copies as much of the value as fits; returns its whole length, or {@link #ABSENT}. */
  public long get(Session session, long sequence, MemorySegment target) {
    ReadView view = views.acquire();
    EntryRef entry = session.entry();
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
      entry.release();
      views.release(view);
    }
  }

  /** Whether the session's key has a value. */
  public boolean contains(Session session, long sequence) {
    ReadView view = views.acquire();
    try {
      boolean found = search(view, session, sequence);
      FaultBarrier.pass();
      return found;
    } catch (RuntimeException | InternalError e) {
      throw health.unreadable("reading", e, view);
    } finally {
      session.entry().release();
      views.release(view);
    }
  }

  /**
   * The view was pinned before the sequence is read: every entry up to it that the view does not
   * hold was written after this read began.
   *
   * <p>Tables are read in place, and neither "there is none" nor an entry's length has a checksum.
   * The first is true when this returns; of an entry, nothing is before the caller has passed the
   * barrier: once, behind the copy of its value.
   */
  private boolean find(ReadView view, Session session, long sequence) {
    boolean found = search(view, session, sequence);
    if (!found) {
      FaultBarrier.pass();
    }
    return found;
  }

  /** What holds the value that was found. */
  private MemorySegment memory(ReadView view, EntryRef entry) {
    MemorySegment memory = entry.segment();
    return health.hasFailed() ? view.checked(memory, entry.offset() + entry.length()) : memory;
  }

  private boolean search(ReadView view, Session session, long sequence) {
    long at = sequence == LATEST ? visible.get() : sequence;
    long trailer = SequenceNumber.seekTrailer(at);
    MemorySegment key = session.key().memory();
    int length = session.key().length();
    EntryRef entry = session.entry();
    long hash = KeyHash.of(key, 0, length);
    Prefetch.consume(prefetch(view, hash));
    HitPredictor predictor = session.predictor();
    boolean found = search(view, key, length, hash, trailer, predictor, entry);
    predictor.record(found);
    return found && isPut(entry);
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

  /** Loads the words of all filters for a key, so that their cache misses overlap. */
  private static long prefetch(ReadView view, long hash) {
    long loaded = view.version().prefetch(hash);
    for (Generation generation : view.generations()) {
      loaded ^= generation.memTable().prefetch(hash);
    }
    return loaded;
  }

  private static boolean isPut(EntryRef entry) {
    return entry.kindCode() == ValueKind.PUT.code();
  }
}
