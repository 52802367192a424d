package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.ReadMoment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The undecided entry of a backward scan: the newest visible entry so far of the last key of a
 * batch. The next batch may have newer entries of the key. If there is none, it is shown, unless it
 * shows no value.
 *
 * <p>It becomes the first entry of the next batch. If its value would move until then, the value is
 * copied; one that is too large for that is dropped, and a search finds it again.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time, with its {@link ScanBatch}.
 */
final class ScanCandidate {

  /** In place of an entry. */
  static final int NONE = -1;

  /** Values up to this size are copied when they would move. */
  private static final long MAX_COPIED_BYTES = 16 * 1024;

  /** The offset of a value that was dropped. */
  private static final long DROPPED = -1;

  private final EntryBatch entries;
  private final ReadMoment moment;
  private final KeyBuffer valueCopy;
  private int place = NONE;

  /**
   * @param entries the batches of the scan
   * @param moment the scan's
   * @param arena owns the memory
   */
  ScanCandidate(EntryBatch entries, ReadMoment moment, Arena arena) {
    this.entries = entries;
    this.moment = moment;
    this.valueCopy = new KeyBuffer(arena);
  }

  long memoryBytes() {
    return valueCopy.memoryBytes();
  }

  void clear() {
    place = NONE;
  }

  boolean isPresent() {
    return place != NONE;
  }

  /** Its place among the entries, which may be behind the last one; or {@link #NONE}. */
  int place() {
    return place;
  }

  void set(int entry) {
    place = entry;
  }

  /** Makes the current entry of the source the only one, and the candidate. */
  void take(InternalCursor source) {
    entries.clear();
    entries.append(source);
    place = 0;
  }

  /** Makes the candidate the first entry; returns the number of candidates, 0 or 1. */
  int carry() {
    if (place == NONE) {
      entries.clear();
      return 0;
    }
    entries.keepOnly(place);
    return 1;
  }

  /** Decides the last candidate of a scan: it becomes the only entry, if it shows a value. */
  void decideLast() {
    entries.keepOnly(place);
    entries.setSize(0);
    place = 0;
    decide();
  }

  /** Keeps the candidate if it shows a value: its key has no newer entry. */
  void decide() {
    if (place != NONE && moment.isValue(entries, place)) {
      int kept = entries.size();
      entries.move(place, kept);
      entries.setSize(kept + 1);
    }
    place = NONE;
  }

  /** Copies or drops its value, which does not stay where it is when the source is moved. */
  void saveValue() {
    if (place == NONE || isDropped(place)) {
      return;
    }
    long length = entries.valueLength(place);
    if (length > MAX_COPIED_BYTES) {
      entries.moveValue(place, MemorySegment.NULL, DROPPED);
      return;
    }
    valueCopy.set(entries.value(place), entries.valueOffset(place), length);
    entries.moveValue(place, valueCopy.memory(), 0);
  }

  /** Whether the value of an entry was dropped. */
  boolean isDropped(int entry) {
    return entries.valueOffset(entry) == DROPPED;
  }
}
