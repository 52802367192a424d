package dev.firn.sstable;

import java.lang.foreign.MemorySegment;

/**
 * Where the content of a checked section can be read: in the mapped file, or in a copy.
 *
 * @param memory holds the section
 * @param shift the offset of the file that is at the start of the memory
 */
record SectionMemory(MemorySegment memory, long shift) {

  /** The place in the memory of an offset of the file. */
  long at(long offset) {
    return offset - shift;
  }
}
