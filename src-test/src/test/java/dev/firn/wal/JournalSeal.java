package dev.firn.wal;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Gives the bytes of a segment right checksums, whatever else they are: as an attacker would. */
public final class JournalSeal {

  private static final ValueLayout.OfInt UNALIGNED = JournalFormat.INT.withByteAlignment(1);

  private JournalSeal() {}

  /** Where the records of an intact segment start. */
  public static List<Integer> starts(byte[] segment) {
    List<Integer> starts = new ArrayList<>();
    MemorySegment memory = MemorySegment.ofArray(segment);
    int at = (int) JournalFormat.HEADER_BYTES;
    while (at + JournalFormat.RECORD_HEADER_BYTES <= segment.length) {
      int length = memory.get(UNALIGNED, at + JournalFormat.LENGTH_AT);
      if (length < JournalFormat.RECORD_HEADER_BYTES || length > segment.length - at) {
        break;
      }
      starts.add(at);
      at += (int) JournalFormat.padded(length);
    }
    return starts;
  }

  /** Puts right checksums into the header and the records. */
  public static void seal(byte[] segment, long number, List<Integer> starts) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(segment.length, Long.BYTES);
      MemorySegment.copy(segment, 0, memory, ValueLayout.JAVA_BYTE, 0, segment.length);
      Checksum checksum = new Checksum();
      put(memory, JournalFormat.HEADER_CHECKSUM_AT, checksum.start(0, 0), 0);
      // Zeros are no activation, and need no checksum.
      for (int i = JournalFormat.ACTIVATION_AT; i < JournalFormat.ACTIVATION_CHECKSUM_AT; i++) {
        if (segment[i] != 0) {
          sealActivation(memory, number, checksum);
        }
      }
      for (int at : starts) {
        int length = memory.get(UNALIGNED, at + JournalFormat.LENGTH_AT);
        if (length >= JournalFormat.RECORD_HEADER_BYTES && length <= segment.length - at) {
          checksum.start(number, at);
          checksum.update(memory, at + JournalFormat.LENGTH_AT, length - JournalFormat.LENGTH_AT);
          memory.set(UNALIGNED, at + JournalFormat.CHECKSUM_AT, checksum.value());
        }
      }
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, segment, 0, segment.length);
    }
  }

  private static void sealActivation(MemorySegment memory, long number, Checksum checksum) {
    put(
        memory,
        JournalFormat.ACTIVATION_CHECKSUM_AT,
        checksum.start(number, JournalFormat.ACTIVATION_AT),
        JournalFormat.ACTIVATION_AT);
  }

  private static void put(MemorySegment memory, int at, Checksum checksum, int from) {
    memory.set(UNALIGNED, at, checksum.update(memory, from, at - from).value());
  }
}
