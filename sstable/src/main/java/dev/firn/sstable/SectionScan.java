package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;

import dev.firn.core.Checksum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the sections of a table whose index is lost: the end of a section is where its checksum
 * matches. A checksum is salted with the section's place, so a match is no accident.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class SectionScan {

  /** The maximum length of a section whose start is searched after damage. */
  private static final long WINDOW_BYTES = 16 * 1024;

  /** How far it is searched: each byte costs a pass over the window. */
  private static final long MAX_SEARCH_BYTES = 128 * 1024;

  private final MemorySegment memory;
  private final long limit;
  private final long salt;
  private final Checksum checksum = new Checksum();

  /**
   * @param limit where the sections end at the latest
   * @param salt the first salt of the sections' checksums
   */
  SectionScan(MemorySegment memory, long limit, long salt) {
    this.memory = memory;
    this.limit = limit;
    this.salt = salt;
  }

  /** The end of the section that starts here, or -1 if there is none. */
  long end(long start) {
    return end(start, limit);
  }

  /** The start of the next section after damage at {@code start}, or -1 if none is found. */
  long nextStart(long start) {
    long bound = Math.min(limit, start + MAX_SEARCH_BYTES);
    for (long at = start + 1; at < bound; at++) {
      if (end(at, Math.min(limit, at + WINDOW_BYTES)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  private long end(long start, long bound) {
    checksum.start(salt, start);
    long absorbed = start;
    long first = start + TableFormat.MIN_BLOCK_SECTION_BYTES - Integer.BYTES;
    for (long at = first; at + Integer.BYTES <= bound; at++) {
      // Codec and zeros precede the checksum.
      int before = memory.get(U32, at - Integer.BYTES);
      if (before == Codec.NONE.code() || before == Codec.LZ4.code()) {
        checksum.update(memory, absorbed, at - absorbed);
        absorbed = at;
        if (checksum.value() == memory.get(U32, at)) {
          return at + Integer.BYTES;
        }
      }
    }
    return -1;
  }

  /** The codec of a section that ends here. */
  Codec codec(long end) {
    int code = memory.get(ValueLayout.JAVA_BYTE, end - TableFormat.TRAILER_BYTES);
    return code == Codec.NONE.code() ? Codec.NONE : Codec.LZ4;
  }
}
