package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.RealFileSystem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several threads write at once; sequences have the order of places; everything is recovered. */
final class JournalConcurrencyTest {

  private static final int THREADS = 4;
  private static final int RECORDS = 5_000;
  private static final int SEGMENT_BYTES = 1 << 16;

  @TempDir private Path directory;

  private final RealFileSystem fs = new RealFileSystem();
  private final List<JournalSegment> segments = new ArrayList<>();
  private volatile JournalSegment active;

  @Test
  void everythingAppended_isRecoveredInOrder() throws Exception {
    try (ExecutorService background = Executors.newSingleThreadExecutor();
        ExecutorService writers = Executors.newFixedThreadPool(THREADS);
        Journal journal = new Journal(fs, directory, SEGMENT_BYTES, 1, background)) {
      active = journal.rotate(1, 0);
      segments.add(active);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        running.add(writers.submit(() -> write(journal, thread)));
      }
      for (Future<?> writer : running) {
        writer.get();
      }
      active.sync();
      segments.forEach(JournalSegment::verify);
      segments.forEach(JournalSegment::release);
    }
    int[] next = new int[THREADS];
    RecoveredJournal found =
        new JournalRecovery(fs, directory, 1, 1, SEGMENT_BYTES, false)
            .recover(
                (segment, entries, offset, firstSequence, count) -> {
                  assertEquals(2, count);
                  assertTrue(entries.next());
                  int thread =
                      entries.segment().get(ValueLayout.JAVA_BYTE, entries.keyOffset() + 4);
                  int record =
                      entries.segment().get(ValueLayout.JAVA_INT_UNALIGNED, entries.valueOffset());
                  assertEquals(next[thread]++, record, "in the order of its thread");
                });
    found.segments().forEach(JournalSegment::release);
    assertFalse(found.tail().torn());
    assertEquals(2L * THREADS * RECORDS, found.tail().entries());
    assertTrue(found.segments().size() > 5);
  }

  private void write(Journal journal, int thread) {
    RecordBuilder record = new RecordBuilder();
    byte[] key = {(byte) thread};
    byte[] value = new byte[20 + 5 * thread];
    for (int i = 0; i < RECORDS; i++) {
      MemorySegment bytes = MemorySegment.ofArray(value);
      bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 0, i);
      record.clear();
      record.put(1, MemorySegment.ofArray(key), 0, 1, bytes, 0, value.length);
      record.delete(1, MemorySegment.ofArray(key), 0, 1);
      JournalSegment segment = active;
      long reservation = segment.reserve(record.paddedBytes(), 2);
      while (reservation < 0) {
        segment = rotate(journal, segment, record.paddedBytes());
        reservation = segment.reserve(record.paddedBytes(), 2);
      }
      long offset = JournalSegment.offset(reservation);
      segment.append(record, offset, segment.firstSequence(reservation), reservation % 2 == 0);
      publish(segment, offset, offset + record.paddedBytes());
    }
  }

  private synchronized JournalSegment rotate(Journal journal, JournalSegment full, long bytes) {
    if (active.number() == full.number()) {
      full.seal();
      JournalSegment next = journal.rotate(full.lastSequence() + 1, bytes);
      segments.add(next);
      active = next;
    }
    return active;
  }

  /** Publishes in the order of the reservations, over all segments. */
  private void publish(JournalSegment segment, long offset, long end) {
    while (segment.published() != offset || !earlierPublished(segment)) {
      Thread.yield();
    }
    segment.publish(end);
  }

  private synchronized boolean earlierPublished(JournalSegment segment) {
    return segments.stream()
        .filter(s -> s.number() < segment.number())
        .allMatch(s -> s.published() == s.end());
  }
}
