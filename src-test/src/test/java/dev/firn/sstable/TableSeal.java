package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Sets the checksums of forged tables, as an attacker would. */
public final class TableSeal {

  private TableSeal() {}

  /** The ends of the sections of an intact table. */
  public static List<Integer> ends(byte[] table, long number) {
    List<Integer> ends = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = copy(table, arena);
      int last = footer(memory);
      int start = 0;
      for (int end = TableFormat.MIN_BLOCK_SECTION_BYTES; end <= last; end++) {
        int covered = end - start - (TableFormat.TRAILER_BYTES - TableFormat.TRAILER_CHECKSUM);
        if (covered > TableFormat.TRAILER_CHECKSUM
            && memory.get(TableFormat.U32, start + covered)
                == checksum(memory, salt(memory, number, last), start, covered)) {
          ends.add(end);
          start = end;
        }
      }
    }
    return ends;
  }

  /** Where the footer of an intact table starts, whatever its version. */
  static int footer(MemorySegment table) {
    long size = table.byteSize();
    return (int) size - table.get(TableFormat.U32, size - TableFormat.FOOTER_TAIL_BYTES);
  }

  /** Sets the checksums of the sections and of the footer, which starts at the last end. */
  public static void seal(byte[] table, long number, List<Integer> ends) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = copy(table, arena);
      int start = 0;
      int footer = ends.getLast();
      for (int end : ends) {
        int covered = end - start - (TableFormat.TRAILER_BYTES - TableFormat.TRAILER_CHECKSUM);
        int value = checksum(memory, salt(memory, number, footer), start, covered);
        memory.set(TableFormat.U32, start + covered, value);
        start = end;
      }
      int covered = table.length - (TableFormat.FOOTER_BYTES - TableFormat.FOOTER_CHECKSUM);
      memory.set(TableFormat.U32, covered, checksum(memory, number, footer, covered - footer));
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, table, 0, table.length);
    }
  }

  private static MemorySegment copy(byte[] table, Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, table);
  }

  private static long salt(MemorySegment memory, long number, int footer) {
    return number ^ memory.get(TableFormat.U64, footer + TableFormat.FOOTER_ID);
  }

  private static int checksum(MemorySegment memory, long salt, int start, int length) {
    return new Checksum().start(salt, start).update(memory, start, length).value();
  }
}
