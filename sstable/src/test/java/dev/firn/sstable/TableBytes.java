package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.Checksum;
import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Table files as byte arrays, for damage. */
final class TableBytes {

  private TableBytes() {}

  /** Reads a table's file. */
  static byte[] read(FileSystem files, Path directory, long number) {
    try (ReadFile file = files.openRead(FileName.table(directory, number));
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, file.size()));
      file.read(0, memory, 0, file.size());
      return memory.asSlice(0, file.size()).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Writes a table's file; replaces an existing one. */
  static void write(FileSystem files, Path directory, long number, byte[] bytes) {
    Path path = FileName.table(directory, number);
    files.delete(path);
    try (AppendFile file = files.create(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
      file.append(memory, 0, bytes.length);
    }
  }

  /** The starts of the sections of an intact table, in order, and of its footer. */
  static List<Integer> sections(byte[] table) {
    MemorySegment bytes = MemorySegment.ofArray(table);
    long footer = (long) table.length - TableFormat.FOOTER_BYTES;
    long filter = bytes.get(U64, footer + TableFormat.FOOTER_FILTER);
    long index = bytes.get(U64, footer + TableFormat.FOOTER_INDEX);
    long properties = bytes.get(U64, footer + TableFormat.FOOTER_PROPERTIES);
    long base = TableFormat.align(index);
    int blocks = bytes.get(U32, properties + 48);
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      starts.add((int) (bytes.get(U64, base + IndexFormat.blocks(blocks) + 8L * i) >>> 1));
    }
    if (filter < index) {
      starts.add((int) filter);
    }
    starts.add((int) index);
    starts.add((int) properties);
    starts.add((int) footer);
    return starts;
  }

  /** Sets the checksum of a section to that of its current content. */
  static void seal(byte[] table, long number, int start, int end) {
    int covered = end - 4;
    set(table, covered, checksum(table, number, start, covered));
  }

  /** Sets the checksum of the footer to that of its current content. */
  static void sealFooter(byte[] table, long number) {
    int start = table.length - TableFormat.FOOTER_BYTES;
    int covered = start + TableFormat.FOOTER_CHECKSUM;
    set(table, covered, checksum(table, number, start, covered));
  }

  private static void set(byte[] table, int offset, int value) {
    MemorySegment.ofArray(table).set(U32, offset, value);
  }

  private static int checksum(byte[] table, long number, int start, int end) {
    return new Checksum()
        .start(number, start)
        .update(ByteBuffer.wrap(table, start, end - start))
        .value();
  }
}
