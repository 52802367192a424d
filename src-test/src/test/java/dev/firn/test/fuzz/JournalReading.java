package dev.firn.test.fuzz;

import static dev.firn.test.fuzz.Limits.check;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.wal.JournalRecovery;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordEntries;
import dev.firn.wal.RecoveredJournal;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recovers a forged journal, without and with salvage. A second recovery must give the result of
 * the first, which changed the folder accordingly; and salvage must not lose what a normal recovery
 * keeps.
 */
final class JournalReading {

  private static final long SEGMENT_BYTES = 16 << 10;
  private static final int MAX_RECORDS = 1000;

  private final MemoryFileSystem files;
  private final long floor;
  private final long firstSequence;

  private JournalReading(StoreImage image, long floor, long firstSequence) {
    this.files = image.toFileSystem();
    this.floor = floor;
    this.firstSequence = firstSequence;
  }

  static void of(StoreImage image, long floor, long firstSequence) {
    List<String> plain = twice(image, floor, firstSequence, false);
    List<String> salvaged = twice(image, floor, firstSequence, true);
    check(plain == null || plain.equals(salvaged), "salvage recovers something else");
  }

  /** The recovered records; null if recovery refuses. */
  private static @Nullable List<String> twice(
      StoreImage image, long floor, long firstSequence, boolean salvage) {
    JournalReading reading = new JournalReading(image, floor, firstSequence);
    List<String> first = reading.recover(salvage);
    if (first != null) {
      List<String> second = reading.recover(false);
      check(first.equals(second), "a second recovery finds something else");
    }
    return first;
  }

  private @Nullable List<String> recover(boolean salvage) {
    List<String> records = new ArrayList<>();
    boolean done =
        Limits.attempt(
            () -> {
              RecoveredJournal journal =
                  new JournalRecovery(
                          files, MemoryDisk.DIRECTORY, floor, firstSequence, SEGMENT_BYTES, salvage)
                      .recover(
                          (segment, entries, offset, first, count) ->
                              records.add(record(segment, entries, offset, first, count)));
              check(journal.tail().records() == records.size(), "records are miscounted");
              journal.segments().forEach(JournalSegment::release);
            });
    check(files.openFiles().isEmpty(), "left open: " + files.openFiles());
    check(records.size() < MAX_RECORDS, "more records than there is room for");
    return done ? records : null;
  }

  private static String record(
      JournalSegment segment, RecordEntries entries, long offset, long first, int count) {
    int hash = 0;
    int found = 0;
    while (entries.next()) {
      int length = Math.toIntExact(entries.keyLength() + entries.valueLength());
      byte[] bytes =
          entries.segment().asSlice(entries.keyOffset(), length).toArray(ValueLayout.JAVA_BYTE);
      hash = 31 * hash + Arrays.hashCode(bytes) + entries.kindCode();
      found++;
    }
    check(found == count, "entries are miscounted");
    return segment.number() + ":" + offset + " " + first + "+" + count + " " + hash;
  }
}
