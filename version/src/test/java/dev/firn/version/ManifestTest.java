package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.Checksum;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.GarbageStats;
import dev.firn.sstable.GarbageStats.TreeBytes;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.ManifestReader.Contents;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.JournalHead;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeConfigured;
import dev.firn.version.VersionEdit.TreeCreated;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManifestTest {

  private static final Path FOLDER = Path.of("/store").toAbsolutePath();
  private static final Path GOLDEN = Path.of("src/test/resources/dev/firn/version/golden");
  private static final long NUMBER = 7;
  private static final long STORE = 0x00c0ffee00c0ffeeL;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Path path = FileName.manifest(FOLDER, NUMBER);
  private final List<Long> ends = new ArrayList<>();
  private final List<StoreState> states = new ArrayList<>();
  private final byte[] bytes;

  ManifestTest() {
    files.createDirectories(FOLDER);
    StoreState state = StoreState.empty().apply(VersionEdit.of(new TreeCreated(1, "one")));
    try (ManifestWriter writer =
        ManifestWriter.create(files, FOLDER, NUMBER, STORE, state.snapshot())) {
      ends.add(writer.bytes());
      states.add(state);
      for (VersionEdit edit : edits()) {
        writer.append(edit);
        state = state.apply(edit);
        ends.add(writer.bytes());
        states.add(state);
      }
      writer.finish();
    }
    bytes = TestFiles.read(files, path);
  }

  private static List<VersionEdit> edits() {
    return List.of(
        VersionEdit.of(
            new TableAdded(0, 3, table(3, "a", "k")),
            new TableAdded(0, 3, table(4, "l", "z")),
            new JournalFloor(2),
            new JournalHead(6),
            new LastSequence(20)),
        VersionEdit.of(new TreeCreated(2, "zwei \u20ac")),
        VersionEdit.of(new TreeCreated(3, "three"), new TreeConfigured(3, TreeSettings.multi())),
        VersionEdit.of(
            new TreeConfigured(1, new TreeSettings(TreeKind.PLAIN, null, 86_400_000, 4096)),
            new TreeConfigured(2, new TreeSettings(TreeKind.PLAIN, "sum", 0, 0))),
        VersionEdit.of(
            new TableRemoved(0, 3, 3),
            new TableRemoved(0, 3, 4),
            new TableAdded(6, 3, table(5, "a", "z"))));
  }

  private static final GarbageStats GARBAGE =
      new GarbageStats(3, 1_795_000_000, 2, List.of(new TreeBytes(1, 900), new TreeBytes(2, 2105)));

  private static TableMetadata table(long number, String first, String last) {
    return new TableMetadata(
        number,
        4096,
        Entry.key(first),
        Entry.key(last),
        new EntryStats(20, 2, 3000 + number, 1, 20, number == 5 ? GARBAGE : GarbageStats.NONE),
        number == 4 ? 0 : 0x1dL << 50 | number);
  }

  private Contents read(byte[] content) {
    TestFiles.write(files, path, content);
    return ManifestReader.read(files, FOLDER, NUMBER, 0);
  }

  private static String text(StoreState state) {
    return state.snapshot().toString();
  }

  @Test
  void read_whatWasWritten() {
    Contents contents = read(bytes);
    assertEquals(text(states.getLast()), text(contents.state()));
    assertEquals(STORE, contents.storeId());
    assertFalse(contents.tail().isTorn());
    assertEquals(bytes.length, contents.tail().offset());
  }

  /** Pins the format. */
  @Test
  void golden() throws IOException {
    byte[] current =
        new CurrentFile(NUMBER, 4711, STORE).text().getBytes(StandardCharsets.US_ASCII);
    if (Boolean.getBoolean("rewrite")) {
      Files.createDirectories(GOLDEN);
      Files.write(GOLDEN.resolve("manifest-000007"), bytes);
      Files.write(GOLDEN.resolve("CURRENT"), current);
    }
    assertArrayEquals(Files.readAllBytes(GOLDEN.resolve("manifest-000007")), bytes);
    assertArrayEquals(Files.readAllBytes(GOLDEN.resolve("CURRENT")), current);
  }

  /**
   * A manifest cut anywhere after the snapshot holds a prefix of the edits and reports the rest.
   */
  @Test
  void truncated_prefixOfEdits() {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      if (length < ends.getFirst()) {
        assertThrows(CorruptionException.class, () -> read(cut), "length " + length);
        continue;
      }
      Contents contents = read(cut);
      int edits = editsWithin(length);
      assertEquals(text(states.get(edits)), text(contents.state()), "length " + length);
      assertEquals(length, contents.tail().offset() + contents.tail().droppedBytes());
    }
  }

  /** The number of edits whose record is complete, whether or not its mark is. */
  private int editsWithin(int length) {
    int edits = 0;
    while (edits + 1 < ends.size()
        && ends.get(edits + 1) - ManifestFormat.RECORD_HEADER_BYTES <= length) {
      edits++;
    }
    return edits;
  }

  /** After a clean close CURRENT has the length of the manifest: any truncation is reported. */
  @Test
  void truncated_belowMinLength() {
    TestFiles.write(files, path, bytes);
    assertEquals(
        text(states.getLast()),
        text(ManifestReader.read(files, FOLDER, NUMBER, bytes.length).state()));
    for (int length = 0; length < bytes.length; length++) {
      TestFiles.write(files, path, Arrays.copyOf(bytes, length));
      assertThrows(
          CorruptionException.class,
          () -> ManifestReader.read(files, FOLDER, NUMBER, bytes.length));
    }
  }

  /** A flipped bit is reported as damage, or is in the last mark and loses nothing. */
  @Test
  void flipped_reported() {
    int lastMark = bytes.length - ManifestFormat.RECORD_HEADER_BYTES;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] damaged = TestFiles.withBitFlipped(bytes, bit);
      if (bit / 8 < lastMark) {
        CorruptionException e =
            assertThrows(CorruptionException.class, () -> read(damaged), "bit " + bit);
        assertEquals(path.toString(), e.file());
        assertTrue(e.offset() <= bit / 8, e.getMessage() + " for bit " + bit);
      } else {
        Contents contents = read(damaged);
        assertEquals(text(states.getLast()), text(contents.state()));
        assertTrue(contents.tail().isTorn());
        assertEquals(lastMark, contents.tail().offset());
      }
    }
  }

  /** Without the mark, a damaged last record is taken for a torn one. */
  @Test
  void flipped_inUnmarkedRecord() {
    byte[] unmarked = Arrays.copyOf(bytes, bytes.length - ManifestFormat.RECORD_HEADER_BYTES);
    long start = ends.get(ends.size() - 2);
    for (long bit = 8 * start; bit < 8L * unmarked.length; bit++) {
      Contents contents = read(TestFiles.withBitFlipped(unmarked, bit));
      assertEquals(text(states.get(states.size() - 2)), text(contents.state()));
      assertEquals(start, contents.tail().offset());
    }
  }

  /** Sectors of the last record that never reached the device read as zeros. */
  @Test
  void torn_zeros() {
    long start = ends.get(ends.size() - 2);
    for (int from = (int) start; from < bytes.length - 17; from += 8) {
      byte[] torn = bytes.clone();
      Arrays.fill(torn, from, torn.length, (byte) 0);
      Contents contents = read(torn);
      assertEquals(text(states.get(states.size() - 2)), text(contents.state()));
      assertEquals(bytes.length - start, contents.tail().droppedBytes());
    }
  }

  @Test
  void read_longZeros() {
    Contents contents = read(Arrays.copyOf(bytes, bytes.length + 100_000));
    assertEquals(text(states.getLast()), text(contents.state()));
    assertEquals(100_000, contents.tail().droppedBytes());
  }

  @Test
  void read_randomBytes() {
    Random random = Seeds.random(1);
    for (int length : new int[] {0, 1, 7, 8, 39, 40, 41, 56, 100, 5000}) {
      byte[] garbage = new byte[length];
      random.nextBytes(garbage);
      assertThrows(CorruptionException.class, () -> read(garbage));
      System.arraycopy(bytes, 0, garbage, 0, Math.min(length, ManifestFormat.HEADER_BYTES));
      assertThrows(CorruptionException.class, () -> read(garbage));
    }
  }

  /** A record at another offset, or of another manifest, is refused. */
  @Test
  void misplaced_reported() {
    TestFiles.write(files, FileName.manifest(FOLDER, NUMBER + 1), bytes);
    assertThrows(
        CorruptionException.class, () -> ManifestReader.read(files, FOLDER, NUMBER + 1, 0));
    byte[] repeated = Arrays.copyOf(bytes, bytes.length + 16);
    System.arraycopy(bytes, bytes.length - 16, repeated, bytes.length, 16);
    assertEquals(16, read(repeated).tail().droppedBytes());
  }

  @Test
  void newerVersion() {
    byte[] newer = bytes.clone();
    newer[ManifestFormat.HEADER_VERSION] = ManifestFormat.VERSION + 1;
    MemorySegment segment = MemorySegment.ofArray(newer);
    segment.set(
        ManifestFormat.U32,
        ManifestFormat.HEADER_CHECKSUM,
        ManifestFormat.headerChecksum(new Checksum(), segment, 0, NUMBER));
    FormatVersionException e = assertThrows(FormatVersionException.class, () -> read(newer));
    assertEquals(ManifestFormat.VERSION + 1, e.found());
  }

  @Test
  void current_newerVersion() {
    String content = "firn 2 whatever it will say";
    assertThrows(FormatVersionException.class, () -> CurrentFile.parse(path, line(content)));
  }

  @Test
  void current_damaged() {
    String text = new CurrentFile(NUMBER, 4711, STORE).text();
    assertEquals(new CurrentFile(NUMBER, 4711, STORE), CurrentFile.parse(path, text));
    assertEquals(
        new CurrentFile(1, 2, -1), CurrentFile.parse(path, new CurrentFile(1, 2, -1).text()));
    byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int bit = 0; bit < 8 * ascii.length; bit++) {
      String damaged =
          new String(TestFiles.withBitFlipped(ascii, bit), StandardCharsets.ISO_8859_1);
      assertThrows(CorruptionException.class, () -> CurrentFile.parse(path, damaged));
    }
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThrows(CorruptionException.class, () -> CurrentFile.parse(path, cut));
    }
    assertThrows(CorruptionException.class, () -> CurrentFile.parse(path, text + " "));
  }

  /** A line in another notation is refused. */
  @Test
  void current_numbersWithLeadingZeros() {
    String text = line("firn 1 manifest 1 bytes 3 store ab71945d4dce3b6f");
    assertEquals(text, CurrentFile.parse(path, text).text());
    for (String content :
        List.of(
            "firn 1 manifest 01 bytes 3 store ab71945d4dce3b6f",
            "firn 1 manifest 1 bytes 03 store ab71945d4dce3b6f",
            "firn 01 manifest 1 bytes 3 store ab71945d4dce3b6f")) {
      assertThrows(CorruptionException.class, () -> CurrentFile.parse(path, line(content)));
    }
  }

  private static String line(String content) {
    MemorySegment bytes = Arena.ofAuto().allocateFrom(content, StandardCharsets.US_ASCII);
    int checksum = new Checksum().start(0, 0).update(bytes, 0, content.length()).value();
    return content + " crc32c %08x\n".formatted(checksum);
  }
}
