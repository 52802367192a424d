package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Uses a journal as a store does: one writer, and a durable floor. */
final class TestJournal implements AutoCloseable {

  static final int SEGMENT_BYTES = 4096;

  /** In place of the word of an entry that is no write. */
  private static final String VOID = "void";

  final FileSystem fs;
  final Path directory;
  final RecordBuilder record = new RecordBuilder();
  final List<JournalSegment> segments = new ArrayList<>();

  /** Each appended entry as a word, in order. */
  final List<String> written;

  Journal journal;
  JournalTail tail;
  long floor;
  long floorSequence;
  JournalSegment active;

  private TestJournal(FileSystem fs, Path directory, List<String> written, long floor, long first) {
    this.fs = fs;
    this.directory = directory;
    this.written = written;
    this.floor = floor;
    this.floorSequence = first;
  }

  /** A journal in an empty folder. */
  static TestJournal create(FileSystem fs, Path directory) {
    fs.createDirectories(directory);
    TestJournal made = new TestJournal(fs, directory, new ArrayList<>(), 1, 1);
    made.journal = new Journal(fs, directory, SEGMENT_BYTES, 1, Runnable::run);
    made.active = made.journal.rotate(1, 0);
    made.segments.add(made.active);
    return made;
  }

  /** The journal that an earlier one left in a file system. */
  TestJournal reopen(FileSystem files, boolean salvage) {
    List<String> recovered = new ArrayList<>(written.subList(0, (int) (floorSequence - 1)));
    TestJournal next = new TestJournal(files, directory, recovered, floor, floorSequence);
    RecoveredJournal found =
        new JournalRecovery(files, directory, floor, floorSequence, SEGMENT_BYTES, salvage)
            .recover(next.visitor());
    next.tail = found.tail();
    assertEquals(next.tail.lastSequence(), recovered.size(), "lastSequence");
    assertEquals(found.nextSequence(), recovered.size() + 1L);
    next.segments.addAll(found.segments());
    next.segments.forEach(JournalSegment::verify);
    next.journal = new Journal(files, directory, SEGMENT_BYTES, found, Runnable::run);
    next.active = next.journal.rotate(found.nextSequence(), 0);
    next.segments.add(next.active);
    return next;
  }

  private JournalRecovery.Visitor visitor() {
    return new JournalRecovery.Visitor() {
      @Override
      public void entries(
          JournalSegment segment,
          RecordEntries entries,
          long offset,
          long firstSequence,
          int count) {
        take(segment, entries, offset, firstSequence, count);
      }

      @Override
      public void voided(JournalSegment segment, int count) {
        written.addAll(Collections.nCopies(count, VOID));
      }
    };
  }

  private void take(
      JournalSegment segment, RecordEntries entries, long offset, long firstSequence, int count) {
    assertEquals(written.size() + 1L, firstSequence);
    int seen = 0;
    while (entries.next()) {
      long inSegment = offset + entries.valueOffset() - entries.recordOffset();
      MemorySegment value = segment.memory().asSlice(inSegment, entries.valueLength());
      if (entries.valueOffset() + entries.valueLength() <= entries.segment().byteSize()) {
        assertEquals(-1, value.mismatch(slice(entries)), "the value in the segment");
      }
      written.add(text(entries, value));
      seen++;
    }
    assertEquals(count, seen);
  }

  private static MemorySegment slice(RecordEntries entries) {
    return entries.segment().asSlice(entries.valueOffset(), entries.valueLength());
  }

  /** An entry as a word: tree, kind, key, and the first bytes of the value and its length. */
  static String text(RecordEntries entries) {
    return text(entries, slice(entries));
  }

  private static String text(RecordEntries entries, MemorySegment memory) {
    MemorySegment s = entries.segment();
    byte[] key =
        s.asSlice(entries.keyOffset() + 4, entries.keyLength() - 4).toArray(ValueLayout.JAVA_BYTE);
    byte[] value = memory.toArray(ValueLayout.JAVA_BYTE);
    return word(entries.kindCode(), key, value);
  }

  private static String word(int kind, byte[] key, byte[] value) {
    return kind
        + ":"
        + new String(key, StandardCharsets.UTF_8)
        + "="
        + Arrays.hashCode(value)
        + "/"
        + value.length;
  }

  /** A record with a reservation, to be copied and published later. */
  record Pending(JournalSegment segment, RecordBuilder record, long offset, long firstSequence) {

    void copy() {
      segment.append(record, offset, firstSequence, firstSequence % 2 == 0);
    }

    void publish() {
      segment.publish(offset + record.paddedBytes());
    }
  }

  /** Appends one batch of entries with this key and values of {@code valueBytes}. */
  void append(String key, int valueBytes, int count) {
    Pending pending = reserve(record, key, valueBytes, count);
    pending.copy();
    pending.publish();
  }

  /** Appends one batch as a void record: nothing is written, and its sequences are used. */
  void appendVoid(String key, int valueBytes, int count) {
    int before = written.size();
    Pending pending = reserve(record, key, valueBytes, count);
    written.subList(before, written.size()).replaceAll(word -> VOID);
    record.setVoid(true);
    pending.copy();
    pending.publish();
  }

  /** Reserves the place of a batch, in the next segment if necessary. */
  Pending reserve(RecordBuilder record, String key, int valueBytes, int count) {
    record.clear();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] k = (key + "." + i).getBytes(StandardCharsets.UTF_8);
      byte[] v = new byte[valueBytes];
      Arrays.fill(v, (byte) (key.hashCode() + i));
      if (i % 4 == 3) {
        record.delete(1, MemorySegment.ofArray(k), 0, k.length);
        words.add(word(0, k, new byte[0]));
      } else {
        record.put(1, MemorySegment.ofArray(k), 0, k.length, MemorySegment.ofArray(v), 0, v.length);
        words.add(word(1, k, v));
      }
    }
    long reservation = active.reserve(record.paddedBytes(), count);
    if (reservation < 0) {
      rotate(record.paddedBytes());
      reservation = active.reserve(record.paddedBytes(), count);
    }
    written.addAll(words);
    return new Pending(
        active, record, JournalSegment.offset(reservation), active.firstSequence(reservation));
  }

  /** Continues in the next segment. */
  void rotate(long minRecordBytes) {
    active.seal();
    active = journal.rotate(active.lastSequence() + 1, minRecordBytes);
    segments.add(active);
  }

  /** Retires the oldest segment, whose entries are durable elsewhere. */
  void retireOldest() {
    JournalSegment oldest = segments.removeFirst();
    floor = oldest.number() + 1;
    floorSequence = oldest.lastSequence() + 1;
    journal.retire(oldest);
  }

  /** Closes the journal in order, without emptying it. */
  void finish() {
    active.seal();
    active.sync();
    active.finish();
    active.sync();
    close();
  }

  @Override
  public void close() {
    segments.forEach(JournalSegment::release);
    segments.clear();
    journal.close();
  }

  /** The seed from {@code -Dfirn.seed}, or a new one; printed, to replay a failure. */
  static long seed() {
    long seed = Long.getLong("firn.seed", System.nanoTime());
    System.out.println("-Dfirn.seed=" + seed);
    return seed;
  }

  static byte[] bytes(FileSystem fs, Path path) {
    try (ReadFile file = fs.openRead(path)) {
      MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, file.size()));
      file.read(0, copy, 0, file.size());
      return copy.asSlice(0, file.size()).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Writes a file with exactly these bytes. */
  static void replace(FileSystem fs, Path path, byte[] bytes) {
    fs.delete(path);
    fs.allocate(path, bytes.length);
    if (bytes.length > 0) {
      poke(fs, path, 0, bytes);
    }
  }

  /** Stores bytes into a file. */
  static void poke(FileSystem fs, Path path, long position, byte[] bytes) {
    try (MappedFile file = fs.map(path)) {
      MemorySegment source = Arena.ofAuto().allocate(bytes.length);
      MemorySegment.copy(bytes, 0, source, ValueLayout.JAVA_BYTE, 0, bytes.length);
      file.write(position, source, 0, bytes.length);
      file.sync(0, file.size());
    }
  }
}
