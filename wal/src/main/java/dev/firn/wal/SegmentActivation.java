package dev.firn.wal;

import dev.firn.core.file.MappedFile;

/** Makes a segment of a prepared file. */
interface SegmentActivation {
  /** Takes over the file, also if it throws. */
  JournalSegment activate(MappedFile file, long number);
}
