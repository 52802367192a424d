package dev.firn.wal;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.error.FormatVersionException;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * The journal's files in a store's folder, as recovery finds them and leaves them.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class JournalFolder {

  /** The maximum count that a journal can use. */
  private static final int MAX_SPARES = SegmentPool.READY + SpareSegments.MAX_SPARES;

  private final FileSystem fs;
  private final Path directory;
  private final long segmentBytes;
  private final List<SegmentFile> live = new ArrayList<>();
  private final List<Path> obsolete = new ArrayList<>();
  private final List<SegmentFile> spares = new ArrayList<>();
  private final LongPredicate isValueFile;
  private long floor;
  private long maxNumber;

  /**
   * @param isValueFile whether the segment of a number is a value file, which stays as it is
   */
  JournalFolder(FileSystem fs, Path directory, long segmentBytes, LongPredicate isValueFile) {
    this.isValueFile = isValueFile;
    this.fs = fs;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
  }

  /** Reads the folder and the segments' headers. Segments below the floor are not needed. */
  void list(long floor) {
    this.floor = floor;
    maxNumber = floor - 1;
    List<Long> numbers = new ArrayList<>();
    for (String name : fs.list(directory)) {
      if (FileName.isTemporary(name)) {
        OptionalLong unfinished = FileName.journalNumber(name.substring(0, name.lastIndexOf('.')));
        if (unfinished.isPresent()) {
          obsolete.add(directory.resolve(name));
          maxNumber = Math.max(maxNumber, unfinished.getAsLong());
        }
      } else {
        FileName.journalNumber(name).ifPresent(numbers::add);
      }
    }
    numbers.sort(null);
    for (long number : numbers) {
      maxNumber = Math.max(maxNumber, number);
      if (number < floor) {
        if (!isValueFile.test(number)) {
          addOld(number);
        }
      } else {
        live.add(SegmentFile.read(fs, directory, number));
      }
    }
  }

  private void addOld(long number) {
    try {
      SegmentFile file = SegmentFile.read(fs, directory, number);
      if (addSpare(file)) {
        return;
      }
    } catch (FormatVersionException | StorageException e) {
      // Not needed, so it may be unreadable.
    }
    obsolete.add(FileName.journal(directory, number));
  }

  /** The segments from the floor on, needed or only prepared, by ascending number. */
  List<SegmentFile> live() {
    return live;
  }

  /** The segment with this number, if it is one of {@link #live()}. */
  Optional<SegmentFile> live(long number) {
    return live.stream().filter(file -> file.number() == number).findFirst();
  }

  Path path(long number) {
    return FileName.journal(directory, number);
  }

  /** A number larger than that of any segment seen in the folder. */
  long nextNumber() {
    return maxNumber + 1;
  }

  /**
   * Makes a segment a spare, if there are not too many. Its header must be valid, and so contain
   * its number: a file that has two names after a crash during a rename must not be recycled under
   * one name while it is used under the other.
   */
  private boolean addSpare(SegmentFile file) {
    boolean fits = file.damage() == null && file.bytes() == segmentBytes;
    return fits && spares.size() < MAX_SPARES && spares.add(file);
  }

  /** The spares in the order in which they are to be recycled: the last first. */
  List<Path> spares() {
    return spares.reversed().stream().map(SegmentFile::path).toList();
  }

  /**
   * Removes all segments except those to keep. They become spares or are deleted, the last first,
   * each durably before the preceding one: a segment never outlives one that it names.
   *
   * @param unused those of the others that may become spares
   */
  void removeAllBut(Set<Long> kept, Set<Long> unused) {
    Set<Long> staying = new HashSet<>(kept);
    List<SegmentFile> leaving = new ArrayList<>();
    for (SegmentFile file : live) {
      if (kept.contains(file.number())) {
        continue;
      }
      // A segment is deleted before the segment that it was prepared after.
      boolean stays = !followsLive(file) || staying.contains(file.preparedAfter());
      if (stays && unused.contains(file.number()) && addSpare(file)) {
        staying.add(file.number());
      } else {
        leaving.add(file);
      }
    }
    syncEarlierDeletions();
    for (SegmentFile file : leaving.reversed()) {
      fs.delete(file.path());
      fs.syncDirectory(directory);
    }
  }

  /**
   * Makes the deletions of an earlier process durable before there are more: it may have been
   * killed between a deletion and the sync of the folder.
   */
  private void syncEarlierDeletions() {
    if (!live.isEmpty()) {
      fs.syncDirectory(directory);
    }
  }

  /** Whether a segment was prepared after one at or above the floor. */
  boolean followsLive(SegmentFile file) {
    return file.preparedAfter() >= floor;
  }

  /** Writes zeros into a segment from {@code cutAt} on, and a new header if asked. */
  void repair(SegmentFile file, boolean withHeader, long cutAt) {
    try (MappedFile mapped = fs.map(file.path())) {
      if (withHeader) {
        new SegmentHeader().writeTo(mapped, file.number(), 0);
      }
      MemorySegment zeros = Arena.ofAuto().allocate(JournalFormat.SEGMENT_ALIGNMENT);
      for (long at = cutAt; at < mapped.size(); ) {
        long bytes = Math.min(zeros.byteSize(), mapped.size() - at);
        mapped.write(at, zeros, 0, bytes);
        at += bytes;
      }
      mapped.sync(0, mapped.size());
    }
  }

  /** Deletes the obsolete files. */
  void sweep() {
    if (!obsolete.isEmpty()) {
      obsolete.forEach(fs::delete);
      fs.syncDirectory(directory);
    }
  }
}
