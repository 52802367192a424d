package dev.firn.wal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A journal segment for one round of a stress test, over memory that served other rounds. Records
 * of other rounds are invalid, because each round's segment has another number.
 *
 * <p><b>Threading.</b> As {@link JournalSegment}; {@link #recycle} is called after its last use.
 */
class JournalSegmentRound {

  /** Room for a few records. */
  static final int BYTES = 512;

  /** The first sequence. */
  static final int FIRST = 1;

  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final Queue<MemorySegment> SPARES = new ConcurrentLinkedQueue<>();
  private static final ThreadLocal<RecordBuilder> RECORDS =
      ThreadLocal.withInitial(RecordBuilder::new);

  private final MemorySegment memory;
  final JournalSegment segment;

  JournalSegmentRound() {
    MemorySegment spare = SPARES.poll();
    memory = spare != null ? spare : Arena.global().allocate(BYTES, Long.BYTES);
    segment =
        JournalSegment.over(new PlainMappedFile(memory), NUMBERS.incrementAndGet(), FIRST, null);
  }

  /** The calling thread's record, with one entry. */
  static RecordBuilder record() {
    RecordBuilder record = RECORDS.get();
    record.clear();
    record.put(1, new byte[] {'k'}, new byte[40]);
    return record;
  }

  /** Gives the memory to another round. */
  final void recycle() {
    SPARES.add(memory);
  }
}
