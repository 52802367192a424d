package dev.firn.test.fuzz;

import static dev.firn.test.fuzz.Limits.check;

import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import dev.firn.core.file.FileName;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.version.ManifestParts;
import dev.firn.version.StoreState;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.JournalSeal;
import dev.firn.wal.RecordEntries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Journals, read without a store: the entries of a record, and folders of segments. */
final class JournalTargets {

  private static final Path FILE = FileName.journal(MemoryDisk.DIRECTORY, 1);

  /** The segments of the seeds, with the journal's start from their manifests. */
  private static final List<Start> STARTS = Seeds.IMAGES.stream().map(Start::of).toList();

  private record Start(StoreImage segments, long floor, long firstSequence) {

    static Start of(StoreImage image) {
      String name = Seeds.file(image, "manifest", 0);
      StoreState state =
          ManifestParts.read(
              new BytesFiles(image.bytes(name)),
              MemoryDisk.DIRECTORY,
              FileName.manifestNumber(name).orElseThrow());
      StoreImage segments = image;
      for (String other : image.names()) {
        segments = isJournal(other) ? segments : segments.without(other);
      }
      return new Start(segments, state.journalFloor(), state.lastSequence() + 1);
    }
  }

  private static final int HEADER = JournalFormat.RECORD_HEADER_BYTES;

  private JournalTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        new FuzzTarget("entries", JournalTargets::bodies, JournalTargets::readEntries),
        new FuzzTarget("segments", Seeds::patches, JournalTargets::readSegments));
  }

  /** Input: the claimed number of entries, then the body of a record. */
  private static List<byte[]> bodies() {
    List<byte[]> bodies = new ArrayList<>();
    for (StoreImage image : Seeds.IMAGES) {
      for (String name : image.names()) {
        if (isJournal(name)) {
          byte[] segment = image.bytes(name);
          JournalSeal.starts(segment).stream()
              .limit(50)
              .forEach(at -> bodies.add(body(segment, at)));
        }
      }
    }
    return bodies;
  }

  private static boolean isJournal(String name) {
    return StoreImage.kind(name).equals("journal");
  }

  private static byte[] body(byte[] segment, int at) {
    ByteBuffer record = ByteBuffer.wrap(segment).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int length = record.getInt(at + JournalFormat.LENGTH_AT);
    byte count = (byte) record.getInt(at + JournalFormat.COUNT_AT);
    return Inputs.join(new byte[] {count}, Arrays.copyOfRange(segment, at + HEADER, at + length));
  }

  /** Entries have one encoding, and they fill the record. */
  private static void readEntries(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int length = HEADER + input.length - 1;
    try (Arena arena = Arena.ofConfined();
        Arena other = Arena.ofConfined()) {
      MemorySegment record = arena.allocate(length);
      MemorySegment.copy(input, 1, record, ValueLayout.JAVA_BYTE, HEADER, input.length - 1);
      MemorySegment again = other.allocate(2L * length + Long.BYTES);
      Limits.attempt(
          () -> {
            RecordEntries entries = new RecordEntries();
            entries.reset(FILE, 0, record, 0, length, input[0] & 0xff);
            long at = HEADER;
            while (entries.next()) {
              at = append(entries, again, at);
            }
            check(
                at == length && MemorySegment.mismatch(record, 0, at, again, 0, at) == -1,
                "entries that are written in another way");
          });
    }
  }

  private static long append(RecordEntries entries, MemorySegment target, long offset) {
    check(ValueKind.isInJournal(entries.kindCode()), "a kind that there is not");
    check(entries.keyLength() >= StoreKey.TREE_BYTES, "a key that is too short");
    target.set(ValueLayout.JAVA_BYTE, offset, (byte) entries.kindCode());
    long at = Varint.put(target, offset + 1, entries.keyLength());
    at = Varint.put(target, at, entries.valueLength());
    long length = entries.keyLength() + entries.valueLength();
    MemorySegment.copy(entries.segment(), entries.keyOffset(), target, at, length);
    return at + length;
  }

  /** Input: seed, file and whether to seal it, then {@link Patched patches} for one segment. */
  private static void readSegments(byte[] data) {
    if (data.length < 2) {
      return;
    }
    ByteBuffer input = ByteBuffer.wrap(data);
    Start start = STARTS.get((input.get() & 0xff) % STARTS.size());
    int choice = input.get() & 0xff;
    String name = Seeds.file(start.segments, "journal", choice >> 1);
    byte[] file = start.segments.bytes(name);
    byte[] patched = Patched.of(file, input);
    if ((choice & 1) == 0) {
      JournalSeal.seal(
          patched, FileName.journalNumber(name).orElseThrow(), JournalSeal.starts(file));
    }
    JournalReading.of(start.segments.with(name, patched), start.floor, start.firstSequence);
  }
}
