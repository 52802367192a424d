package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.MemoryBudget;
import dev.firn.core.file.MemoryFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Pins the bytes of a segment: existing stores must stay readable. */
final class JournalFormatTest {

  private static final Path STORE = Path.of("/store");
  private static final String GOLDEN = "journal-1.hex";
  private static final String GOLDEN_V2 = "journal-2.hex";
  private static final String GOLDEN_V3 = "journal-3.hex";

  /** Two records, a sync, a third record, a void one, an orderly end. */
  private static byte[] segment() {
    MemoryFileSystem fs = new MemoryFileSystem();
    TestJournal store = TestJournal.create(fs, STORE);
    store.append("a", 3, 1);
    store.append("b", 130, 4);
    store.active.sync();
    store.append("c", 0, 2);
    store.appendVoid("d", 5, 2);
    int end = (int) JournalFormat.padded(store.active.end() + JournalFormat.RECORD_HEADER_BYTES);
    Path path = store.active.path();
    store.finish();
    return java.util.Arrays.copyOf(TestJournal.bytes(fs, path), end);
  }

  private static String dump(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 16) {
      int end = Math.min(bytes.length, at + 16);
      text.append(String.format("%04x ", at));
      text.append(HexFormat.ofDelimiter(" ").withPrefix("").formatHex(bytes, at, end));
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  void bytesOfASegment_areThoseOfVersion3() throws IOException {
    String found = dump(segment());
    if (Boolean.getBoolean("rewrite")) {
      Files.writeString(Path.of("src/test/resources/dev/firn/wal", GOLDEN_V3), found);
      return;
    }
    try (var in = getClass().getResourceAsStream(GOLDEN_V3)) {
      assertEquals(new String(in.readAllBytes(), StandardCharsets.US_ASCII), found);
    }
  }

  /** Number 3, of 4096 bytes, prepared after number 1; the bytes were computed by other code. */
  @Test
  void headerOfAPreparedSegment_isThatOfVersion3() {
    MemoryFileSystem fs = new MemoryFileSystem();
    fs.createDirectories(STORE);
    Path path = STORE.resolve("000003.journal");
    new SegmentFiles(fs, STORE, MemoryBudget.unbounded()).prepare(3, 4096, 1, null).close();
    byte[] header = java.util.Arrays.copyOf(TestJournal.bytes(fs, path), 64);
    assertEquals(
        """
        0000 46 52 4e 4a 03 00 00 00 03 00 00 00 00 00 00 00
        0010 00 10 00 00 00 00 00 00 02 00 00 00 23 b1 f3 d7
        0020 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0030 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        """,
        dump(header));
    assertEquals(1, SegmentFile.read(fs, STORE, 3).preparedAfter());
  }

  @Test
  void segmentOfVersion1_isRead() throws IOException {
    assertIsRead(GOLDEN);
  }

  @Test
  void segmentOfVersion2_isRead() throws IOException {
    assertIsRead(GOLDEN_V2);
  }

  private void assertIsRead(String golden) throws IOException {
    MemoryFileSystem fs = new MemoryFileSystem();
    TestJournal store = TestJournal.create(fs, STORE);
    store.close();
    try (var in = getClass().getResourceAsStream(golden)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.lines().toList()) {
        int at = Integer.parseInt(line.substring(0, 4), 16);
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(line.substring(5));
        TestJournal.poke(fs, STORE.resolve("000001.journal"), at, bytes);
      }
    }
    try (TestJournal read = store.reopen(fs, false)) {
      assertEquals(7, read.written.size());
      assertTrue(read.written.getFirst().startsWith("1:a.0="));
      assertTrue(read.written.getLast().startsWith("1:c.1="));
    }
  }

  @Test
  void lifeTag_isNeverZero() {
    for (long number = 1; number < 600; number++) {
      int tag = JournalFormat.lifeTag(number);
      assertTrue(tag > 0 && tag < 256);
    }
    assertTrue(JournalFormat.lifeTag(1) != JournalFormat.lifeTag(2));
  }
}
