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

/**
 * The journal's files in a store's folder: as recovery finds them, and as it leaves them.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class JournalFolder {

  /** What a journal can use: segments that are ready, and its spares. */
  private static final int MAX_SPARES = Journal.READY + SpareSegments.MOST;

  private final FileSystem fs;
  private final Path directory;
  private final long segmentBytes;
  private final List<SegmentFile> live = new ArrayList<>();
  private final List<Path> rubbish = new ArrayList<>();
  private final List<SegmentFile> spares = new ArrayList<>();
  private long floor;
  private long maxNumber;

  JournalFolder(FileSystem fs, Path directory, long segmentBytes) {
    this.fs = fs;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
  }

  /** Looks at what is there; segments below the floor are needed no more. */
  void list(long floor) {
    this.floor = floor;
    maxNumber = floor - 1;
    List<Long> numbers = new ArrayList<>();
    for (String name : fs.list(directory)) {
      if (FileName.isTemporary(name)) {
        OptionalLong unfinished = FileName.journalNumber(name.substring(0, name.lastIndexOf('.')));
        if (unfinished.isPresent()) {
          rubbish.add(directory.resolve(name));
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
        addOld(number);
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
      // Needed no more, whatever it says, and if nobody can tell.
    }
    rubbish.add(FileName.journal(directory, number));
  }

  /** The segments that are needed, and those that were prepared, by ascending number. */
  List<SegmentFile> live() {
    return live;
  }

  /** The segment of this number, if it is one that may be needed. */
  Optional<SegmentFile> live(long number) {
    return live.stream().filter(file -> file.number() == number).findFirst();
  }

  Path path(long number) {
    return FileName.journal(directory, number);
  }

  /** A number larger than that of any segment that the folder knows of. */
  long nextNumber() {
    return maxNumber + 1;
  }

  /**
   * Gives a segment up, if one more is of use: it may be made over. Only one whose header is right,
   * and so names it: a file that goes by two names after a crash in the middle of a rename must not
   * be made over under one while it is used under the other.
   */
  private boolean addSpare(SegmentFile file) {
    boolean fits = file.damage() == null && file.bytes() == segmentBytes;
    return fits && spares.size() < MAX_SPARES && spares.add(file);
  }

  /** The spares, the last first, as they are to be made over. */
  List<Path> spares() {
    return spares.reversed().stream().map(SegmentFile::path).toList();
  }

  /**
   * Gives up all segments but those that are kept. They are spares, or deleted, the last first,
   * each durably before the one before it: at no moment is one gone that a later one, still there,
   * names.
   *
   * @param unused those of them that may be spares
   */
  void giveUp(Set<Long> kept, Set<Long> unused) {
    Set<Long> staying = new HashSet<>(kept);
    List<SegmentFile> leaving = new ArrayList<>();
    for (SegmentFile file : live) {
      if (kept.contains(file.number())) {
        continue;
      }
      // One that was prepared after a segment that goes must go before it.
      boolean stays = !isBehindAny(file) || staying.contains(file.preparedAfter());
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
   * What an earlier process gave up is gone, durably, before more goes: it may have been killed
   * between a deletion and the sync of that.
   */
  private void syncEarlierDeletions() {
    if (!live.isEmpty()) {
      fs.syncDirectory(directory);
    }
  }

  /** Whether a segment says that it was prepared after one that may be needed. */
  boolean isBehindAny(SegmentFile file) {
    return file.preparedAfter() >= floor;
  }

  /** Gives a segment a right header, if it has none, and zeros from {@code cutAt} on. */
  void repair(SegmentFile file, boolean headerToo, long cutAt) {
    try (MappedFile mapped = fs.map(file.path())) {
      if (headerToo) {
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

  /** Deletes what nobody needs. */
  void sweep() {
    if (!rubbish.isEmpty()) {
      rubbish.forEach(fs::delete);
      fs.syncDirectory(directory);
    }
  }
}
