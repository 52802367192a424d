package dev.firn.version;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Sets the checksums of forged manifests, as an attacker would. */
public final class ManifestSeal {

  private ManifestSeal() {}

  /** The starts of the records of an intact manifest. */
  public static List<Integer> starts(byte[] manifest) {
    List<Integer> starts = new ArrayList<>();
    MemorySegment memory = MemorySegment.ofArray(manifest);
    int at = ManifestFormat.HEADER_BYTES;
    while (at + ManifestFormat.RECORD_HEADER_BYTES <= manifest.length) {
      starts.add(at);
      long body = memory.get(ManifestFormat.U32, at + ManifestFormat.RECORD_LENGTH);
      at += (int) (ManifestFormat.RECORD_HEADER_BYTES + ManifestFormat.align(body));
    }
    return starts;
  }

  /** Sets the checksums of the header and the records. */
  public static void seal(byte[] manifest, long number, List<Integer> starts) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, manifest);
      Checksum checksum = new Checksum();
      memory.set(
          ManifestFormat.U32,
          ManifestFormat.HEADER_CHECKSUM,
          ManifestFormat.headerChecksum(checksum, memory, 0, number));
      for (int at : starts) {
        long length = memory.get(ManifestFormat.U32, at + ManifestFormat.RECORD_LENGTH);
        long room = (long) manifest.length - at - ManifestFormat.RECORD_HEADER_BYTES;
        if (length >= 0 && ManifestFormat.align(length) <= room) {
          memory.set(
              ManifestFormat.U32,
              at + ManifestFormat.RECORD_BODY_CHECKSUM,
              ManifestFormat.bodyChecksum(checksum, memory, at, length, number, at));
        }
        memory.set(
            ManifestFormat.U32,
            at + ManifestFormat.RECORD_CHECKSUM,
            ManifestFormat.recordChecksum(checksum, memory, at, number, at));
      }
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, manifest, 0, manifest.length);
    }
  }
}
