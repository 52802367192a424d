package dev.firn.version;

import dev.firn.core.Checksum;
import dev.firn.core.file.FileSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Manifests of arbitrary edits, and the results of reading them, for tests of other packages. */
public final class ManifestParts {

  private ManifestParts() {}

  /** The bodies of the records of an intact manifest; the body of a mark is empty. */
  public static List<byte[]> bodies(byte[] manifest) {
    List<byte[]> bodies = new ArrayList<>();
    MemorySegment memory = MemorySegment.ofArray(manifest);
    for (int at : ManifestSeal.starts(manifest)) {
      int from = at + ManifestFormat.RECORD_HEADER_BYTES;
      int length = memory.get(ManifestFormat.U32, at + ManifestFormat.RECORD_LENGTH);
      bodies.add(Arrays.copyOfRange(manifest, from, from + length));
    }
    return bodies;
  }

  /** A manifest of these edits: the first is the snapshot; an empty one after it is a mark. */
  public static byte[] manifest(List<byte[]> bodies, long number, long storeId) {
    ByteSink sink = new ByteSink();
    ManifestFormat.putHeader(sink, number, storeId);
    int kind = ManifestFormat.SNAPSHOT;
    for (byte[] body : bodies) {
      long at = sink.size();
      for (int i = 0; i < ManifestFormat.RECORD_HEADER_BYTES; i++) {
        sink.putByte(0);
      }
      for (byte b : body) {
        sink.putByte(b);
      }
      boolean isMark = kind == ManifestFormat.EDIT && body.length == 0;
      ManifestFormat.finishRecord(sink, at, isMark ? ManifestFormat.MARK : kind, number, at);
      kind = ManifestFormat.EDIT;
    }
    return sink.memory().asSlice(0, sink.size()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Decodes an edit and encodes it again. */
  public static byte[] recode(Path file, byte[] edit) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, edit);
      ByteSink sink = new ByteSink();
      VersionEditCodec.encode(VersionEditCodec.decode(file, 0, memory, 0, edit.length), sink);
      return bytes(sink);
    }
  }

  /** Reads a manifest; returns its final state. */
  public static StoreState read(FileSystem files, Path directory, long number) {
    return ManifestReader.read(files, directory, number, 0).state();
  }

  /** The encoded edit that turns the empty state into this one. */
  public static byte[] snapshot(StoreState state) {
    ByteSink sink = new ByteSink();
    VersionEditCodec.encode(state.snapshot(), sink);
    return bytes(sink);
  }

  /** The state with this id for the next tree. */
  public static StoreState withNextTreeId(StoreState state, int id) {
    return state.apply(VersionEdit.of(new VersionEdit.NextTreeId(id)));
  }

  /** Parses the text of a file CURRENT; returns the text of the result. */
  public static String readCurrent(Path file, String text) {
    return CurrentFile.parse(file, text).text();
  }

  /** A line of a file CURRENT with this content and its checksum. */
  public static String currentLine(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    int checksum = new Checksum().start(0, 0).update(memory, 0, bytes.length).value();
    return content + String.format(Locale.ROOT, " crc32c %08x\n", checksum);
  }

  private static byte[] bytes(ByteSink sink) {
    return sink.memory().asSlice(0, sink.size()).toArray(ValueLayout.JAVA_BYTE);
  }
}
