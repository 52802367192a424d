package dev.firn.compaction;

import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.ValueFile;
import dev.firn.sstable.ValueReference;
import dev.firn.version.OpenValueFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * Copies the live values of value files that are mostly dead into the tables of a compaction that
 * passes over their keys. When the last one is copied, the file is deleted.
 *
 * <p>A value that cannot be read stays where it is, so that its damage affects no other entry: the
 * file is not emptied any further.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The memory is the arena's.
 */
final class MovedValues implements ValuePlacement {

  private static final long MIN_BUFFER_BYTES = 64 * 1024;

  private final Arena arena;
  private final OpenValueFiles files;
  private final Set<Long> emptied;
  private MemorySegment buffer = MemorySegment.NULL;

  /**
   * @param files the value files of the version
   * @param emptied the numbers of those to move values from
   */
  MovedValues(Arena arena, OpenValueFiles files, Set<Long> emptied) {
    this.arena = arena;
    this.files = files;
    this.emptied = emptied;
  }

  @Override
  public void place(Written entry) {
    if (emptied.isEmpty() || !ReadMoment.isReference(entry.trailer())) {
      return;
    }
    ValueReference reference =
        OpenValueFiles.reference(entry.memory(), entry.offset(), entry.length());
    if (emptied.contains(reference.file())) {
      move(files.file(reference), reference, entry);
    }
  }

  private void move(ValueFile file, ValueReference reference, Written entry) {
    if (buffer.byteSize() < reference.length()) {
      buffer = arena.allocate(Math.max(MIN_BUFFER_BYTES, 2L * reference.length()), Long.BYTES);
    }
    try {
      file.read(reference, buffer);
    } catch (CorruptionException | StorageException e) {
      return;
    }
    long sequence = SequenceNumber.sequence(entry.trailer());
    entry.set(
        SequenceNumber.trailer(sequence, ValueKind.PUT.code()), buffer, 0, reference.length());
  }
}
