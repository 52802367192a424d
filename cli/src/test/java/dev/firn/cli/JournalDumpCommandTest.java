package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.RealFileSystem;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code journal dump} on journals with records: their stores were not closed. */
class JournalDumpCommandTest {

  private static final long NUMBER = 7;

  @TempDir Path store;
  private final FileSystem files = new RealFileSystem();
  private final Arena arena = Arena.ofAuto();

  @BeforeEach
  void setUp() throws Exception {
    Files.writeString(store.resolve(FileName.CURRENT), "not looked into");
    try (Journal journal = new Journal(files, store, 64 << 10, NUMBER, Runnable::run)) {
      JournalSegment segment = journal.rotate(100, 0);
      RecordBuilder record = new RecordBuilder();
      for (int i = 0; i < 3; i++) {
        record.clear();
        put(record, "key-" + i, "v".repeat(10 * i));
        record.delete(3, bytes("gone"), 0, 4);
        long reservation = segment.reserve(record.paddedBytes(), record.count());
        long offset = JournalSegment.offset(reservation);
        segment.append(record, offset, segment.firstSequence(reservation), false);
        segment.publish(offset + record.paddedBytes());
      }
    }
  }

  private void put(RecordBuilder record, String key, String value) {
    record.put(2, bytes(key), 0, key.length(), bytes(value), 0, value.length());
  }

  private MemorySegment bytes(String text) {
    return arena.allocateFrom(text + "\0", StandardCharsets.US_ASCII);
  }

  @Test
  void dump_showsHeadersEntriesAndBytes() {
    List<String> lines = ok("journal", "dump", store, "--segment", NUMBER).lines();
    assertLine(lines, "0  46 52 4e 4a +magic +FRNJ");
    assertLine(lines, "number +7");
    assertLine(lines, "record at 64: 47 bytes, 2 entries");
    assertLine(lines, "first sequence +100, life tag 8");
    assertLine(lines, "first sequence +104, life tag 8");
    assertLine(lines, "kind +PUT, sequence 102");
    assertLine(lines, "kind +DELETE, sequence 103");
    assertLine(lines, "00 00 00 02 +tree +2");
    assertLine(lines, "6b 65 79 2d 30 +key");
    assertLine(lines, "76 76 76 76 +");
    assertLine(lines, "end of the records at .*: life tag 0.*nothing was written here");
    assertEquals(3, lines.stream().filter(line -> line.startsWith("record at")).count());
  }

  @Test
  void dump_wrongHeader_isFlagged() {
    flip(16);
    CliRun damaged = run("journal", "dump", store, "--segment", NUMBER).expect(3);
    assertLine(damaged.lines(), "checksum +WRONG");
    assertLine(damaged.lines(), "DAMAGED: this is not the header");
    assertLine(damaged.lines(), "record at 64");
  }

  @Test
  void dump_limits() {
    List<String> lines = ok("journal", "dump", store, "--limit", 1, "--bytes", 3).lines();
    assertEquals(1, lines.stream().filter(line -> line.startsWith("record at")).count());
    assertLine(lines, "6b 65 79 +key");
    assertLine(lines, "and 2 more bytes");
    assertLine(lines, "more records follow");
    run("journal", "dump", store, "--segment", 99).expect(1);
  }

  @Test
  void dump_damagedRecord_isFlagged_andTheNextOneShown() {
    flip(64 + 30);
    CliRun damaged = run("journal", "dump", store).expect(3);
    assertLine(
        damaged.lines(), "DAMAGED at 64: checksum 0x.* would be right; the next record is at 112");
    assertLine(damaged.lines(), "record at 112");
  }

  @Test
  void dump_tornTail_isNoDamage() {
    long last = 64 + 48 + 64;
    flip(last + 30);
    assertLine(ok("journal", "dump", store).lines(), "TORN at " + last + ": checksum .*");
  }

  private void flip(long offset) {
    try (MappedFile file = files.map(FileName.journal(store, NUMBER))) {
      MemorySegment one = arena.allocate(1);
      MemorySegment.copy(file.memory(), offset, one, 0, 1);
      one.set(ValueLayout.JAVA_BYTE, 0, (byte) ~one.get(ValueLayout.JAVA_BYTE, 0));
      file.write(offset, one, 0, 1);
    }
  }

  private static void assertLine(List<String> lines, String pattern) {
    assertTrue(
        lines.stream().anyMatch(line -> line.matches(".*" + pattern + ".*")),
        () -> pattern + " not in\n" + String.join("\n", lines));
  }
}
