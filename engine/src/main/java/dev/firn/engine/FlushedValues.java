package dev.firn.engine;

import dev.firn.compaction.ValuePlacement;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.memtable.LargeValues;
import dev.firn.sstable.ValueChecksum;
import dev.firn.sstable.ValueReference;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.ValueFileAdded;
import dev.firn.wal.JournalSegment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the large values of a flush where they are: in journal segments, which become value files.
 * A segment that consists of other things for the most part is not worth keeping: its large values
 * are copied to the table, too.
 *
 * <p><b>Threading.</b> Belongs to the flush thread. <b>Ownership.</b> The memory is the arena's.
 */
final class FlushedValues implements ValuePlacement {

  /** A segment that becomes a value file if there is a value in it. */
  private static final class Kept {

    private final JournalSegment segment;
    private final MemorySegment memory;
    private long valueBytes;
    private int shortest = Integer.MAX_VALUE;

    Kept(JournalSegment segment) {
      this.segment = segment;
      this.memory = segment.memory();
    }
  }

  private final LargeValues large;
  private final List<Kept> kept = new ArrayList<>();
  private final MemorySegment reference;
  private final ValueChecksum checksum;

  /** The segment of the last value. */
  private @Nullable Kept last;

  /**
   * @param large decides which values are left
   */
  FlushedValues(Arena arena, List<Generation> generations, LargeValues large) {
    this.large = large;
    this.reference = arena.allocate(ValueReference.BYTES, Long.BYTES);
    this.checksum = new ValueChecksum(arena);
    for (Generation generation : generations) {
      if (generation.isMostlyLarge()) {
        kept.add(new Kept(generation.segment()));
      }
    }
  }

  @Override
  public void place(Written entry) {
    if (kept.isEmpty()
        || entry.length() < large.minBytes()
        || !large.isLarge(entry.tree(), entry.length())
        || SequenceNumber.kindCode(entry.trailer()) != ValueKind.PUT.code()) {
      return;
    }
    Kept file = find(entry.memory());
    if (file != null) {
      refer(file, entry);
    }
  }

  private @Nullable Kept find(MemorySegment memory) {
    Kept before = last;
    if (before != null && before.memory.equals(memory)) {
      return before;
    }
    for (Kept file : kept) {
      if (file.memory.equals(memory)) {
        last = file;
        return file;
      }
    }
    return null;
  }

  private void refer(Kept file, Written entry) {
    long number = file.segment.number();
    int length = (int) entry.length();
    int sum = checksum.of(number, entry.offset(), entry.memory(), entry.offset(), length);
    new ValueReference(number, entry.offset(), length, sum).write(reference, 0);
    file.valueBytes += length;
    file.shortest = Math.min(file.shortest, length);
    long sequence = SequenceNumber.sequence(entry.trailer());
    entry.set(
        SequenceNumber.trailer(sequence, ValueKind.VALUE_REFERENCE.code()),
        reference,
        0,
        ValueReference.BYTES);
  }

  @Override
  public List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Kept file : kept) {
      if (file.valueBytes > 0) {
        JournalSegment segment = file.segment;
        changes.add(
            new ValueFileAdded(segment.number(), segment.size(), file.valueBytes, file.shortest));
      }
    }
    return changes;
  }
}
