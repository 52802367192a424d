package dev.firn.engine;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.KeyGroup;
import dev.firn.core.Prefetch;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FaultBarrier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads many keys at one moment, in groups: each source is searched for all keys of a group side by
 * side, see {@link KeyGroup}. {@link PointReader} says why the results are right.
 *
 * <p><b>Threading.</b> Any number of threads, each with a session of its own; no locks.
 */
public final class GroupReader {

  private static final int LINE_BYTES = 64;

  /** The part of a value that is prefetched. */
  private static final int PREFETCHED_BYTES = 4 * LINE_BYTES;

  private final CurrentView currentView;
  private final VisibleSequence visible;
  private final MergeReader merges;
  private final StoreClock clock;
  private final Health health;

  GroupReader(
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

  /** The keys of a call. */
  public interface Keys {

    /** The count of keys. */
    int count();

    /** Adds the store key of the key at an index. */
    void addTo(KeyGroup group, int index);
  }

  /** Takes the values of a call. */
  @FunctionalInterface
  public interface Values {

    /**
     * Takes the value of the key at an index.
     *
     * @param memory the memory that holds the value, valid until this method returns
     */
    void accept(int index, MemorySegment memory, long offset, long length);
  }

  /** Copies of the values, null for keys without one. */
  public byte[] @Nullable [] getAll(Session session, @Nullable LongSupplier sequence, Keys keys) {
    byte[] @Nullable [] copies = new byte @Nullable [keys.count()][];
    getAll(
        session,
        sequence,
        keys,
        (index, memory, offset, length) -> {
          byte[] copy = PointReader.array(length, "getAll(keys, consumer)");
          MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, copy, 0, copy.length);
          copies[index] = copy;
        });
    return copies;
  }

  /**
   * Passes on the values, in the order of the keys that have one.
   *
   * @param sequence as in {@link PointReader#get}
   */
  public void getAll(Session session, @Nullable LongSupplier sequence, Keys keys, Values values) {
    int depth = session.groupDepth;
    GroupMemory memory = session.groupMemory(depth);
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      session.groupDepth = depth + 1; // a call of the consumer's uses other memory
      memory.clear(); // a read that failed without stack or memory could not
      ReadMoment moment = memory.moment();
      moment.set(sequence == null ? visible.get() : sequence.getAsLong(), clock.of(sequence));
      memory.group().setTrailer(SequenceNumber.seekTrailer(moment.sequence()));
      read(view, memory, session.predictor(), keys, values);
    } catch (RuntimeException | InternalError e) {
      throw unreadable(e, view, memory);
    } finally {
      view.pins.getAndDecrement(stripe);
      session.groupDepth = depth;
      memory.clear();
      view.reclaimIfRetired();
    }
  }

  private void read(
      ReadView view, GroupMemory memory, HitPredictor predictor, Keys keys, Values values) {
    int count = keys.count();
    KeyGroup group;
    for (int first = 0; first < count; first += group.size()) {
      group = memory.begin(first);
      while (!group.isFull() && first + group.size() < count) {
        keys.addTo(group, first + group.size());
      }
      search(view, memory, predictor);
      prefetchValues(group);
      FaultBarrier.pass(); // makes absences and lengths certain
      for (int key = 0; key < group.size(); key++) {
        boolean found = group.isFound(key);
        predictor.record(found);
        if (found && memory.moment().isValue(group.entry(key))) {
          resolve(view, group, key, memory);
          pass(view, group.entry(key), first + key, memory, values);
        }
      }
      FaultBarrier.pass(); // makes values certain
    }
  }

  private void resolve(ReadView view, KeyGroup group, int key, GroupMemory memory) {
    EntryRef entry = group.entry(key);
    if (ReadMoment.isOperand(entry.trailer())) {
      MergeMemory merging = memory.mergeMemory();
      merges.resolve(
          view,
          group.memory(),
          group.offset(key),
          group.length(key),
          entry,
          memory.moment(),
          merging);
    } else {
      PointReader.resolve(view, entry);
    }
  }

  private static void search(ReadView view, GroupMemory memory, HitPredictor predictor) {
    KeyGroup group = memory.group();
    for (Generation generation : view.generations()) {
      if (group.open() != 0) {
        generation.memTable().getAll(group, memory.memTableSearch());
      }
    }
    view.version().getAll(group, memory.tableSearch(), predictor);
  }

  /** Prefetches the first lines of all values, so that their cache misses overlap. */
  private static void prefetchValues(KeyGroup group) {
    long loaded = 0;
    for (int key = 0; key < group.size(); key++) {
      if (group.isFound(key)) {
        EntryRef entry = group.entry(key);
        long end = Math.min(entry.length(), PREFETCHED_BYTES);
        for (long at = 0; at < end; at += LINE_BYTES) {
          loaded += entry.segment().get(ValueLayout.JAVA_BYTE, entry.offset() + at);
        }
      }
    }
    Prefetch.consume(loaded);
  }

  private void pass(ReadView view, EntryRef entry, int index, GroupMemory memory, Values values) {
    MemorySegment segment = entry.segment();
    if (health.hasFailed()) {
      segment = view.checked(segment, entry.offset() + entry.length());
    }
    try {
      values.accept(index, segment, entry.offset(), entry.length());
    } catch (RuntimeException e) {
      memory.setConsumerFailure(e);
      throw e;
    }
  }

  private RuntimeException unreadable(Throwable met, ReadView view, GroupMemory memory) {
    Throwable cause = met;
    if (met instanceof RuntimeException thrown && memory.isConsumerFailure(thrown)) {
      try {
        FaultBarrier.pass();
        return thrown;
      } catch (InternalError late) {
        cause = late;
      }
    }
    RuntimeException told = health.unreadable("reading", cause, view);
    int index = memory.failedIndex();
    if (index != GroupMemory.NONE) {
      told.addSuppressed(new IllegalStateException("while reading keys[" + index + "]"));
    }
    return told;
  }
}
