package dev.firn.sstable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.Checksum;
import dev.firn.core.MemoryHeldException;
import dev.firn.core.RefCounted;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A value file: a journal segment whose large values tables refer to. It is opened on first use.
 * Each value is checked by positional reads on first use, and then read in place.
 *
 * <p><b>Threading.</b> Any thread that holds a reference may call.
 *
 * <p><b>Ownership.</b> Owns the file. The maker holds the first reference; when the last one is
 * released the file is closed, and deleted if it is obsolete.
 */
public final class ValueFile extends RefCounted {

  /** Max length of a value file, that of a journal segment. */
  public static final long MAX_BYTES = 1L << 34;

  private final FileSystem fileSystem;
  private final Path path;
  private final long number;
  private final long fileBytes;

  /** Length of a slot, in which at most one value starts. */
  private final int slotBytes;

  /** The values that were checked, by their slots; null if all were, or none. */
  private volatile @Nullable BitMap checked;

  private final boolean allChecked;

  private final Object lock = new Object();

  /** Null until the first use. Set under the lock. */
  private volatile @Nullable ReadFile open;

  private volatile @Nullable MemorySegment map;

  @GuardedBy("lock")
  private boolean freed;

  private volatile boolean obsolete;

  /** Whether a value could not be read: then each use checks its value. */
  private volatile boolean damaged;

  /**
   * @param fileBytes the file's length
   * @param shortest the length of the shortest value
   * @param isChecked whether all values were read and checked since they were written
   */
  public ValueFile(
      FileSystem fileSystem,
      Path directory,
      long number,
      long fileBytes,
      int shortest,
      boolean isChecked) {
    this.fileSystem = fileSystem;
    this.path = FileName.journal(directory, number);
    this.number = number;
    this.fileBytes = fileBytes;
    this.slotBytes = shortest;
    this.allChecked = isChecked;
  }

  /** The file's number. */
  public long number() {
    return number;
  }

  /** The file's path. */
  public Path path() {
    return path;
  }

  /** The file's length. */
  public long fileBytes() {
    return fileBytes;
  }

  /**
   * The memory that has a value at its offset. Allocates nothing after the first use of the value.
   *
   * @param memory has the reference to it, which {@linkplain ValueReference#isSound is sound}
   * @param at where the reference starts
   * @throws CorruptionException when the value is not what was written
   */
  public MemorySegment value(MemorySegment memory, long at) {
    long offset = ValueReference.offset(memory, at);
    if (!hasPlace(offset, ValueReference.length(memory, at)) || !isChecked(offset)) {
      ValueReference reference = ValueReference.read(memory, at);
      checkRange(reference);
      check(reference);
    }
    return map();
  }

  /** Begins to load a value into memory, unless it was used before. */
  public void prefetch(ValueReference reference) {
    checkRange(reference);
    if (!isChecked(reference.offset())) {
      opened().prefetch(reference.offset(), reference.length());
    }
  }

  private boolean isChecked(long offset) {
    BitMap values = checked;
    return !damaged && (allChecked || (values != null && values.contains(slot(offset))));
  }

  private int slot(long offset) {
    return (int) (offset / slotBytes);
  }

  private boolean hasPlace(long offset, int length) {
    return length >= slotBytes && offset >= 0 && offset <= fileBytes - length;
  }

  /**
   * Checks that the file has the place of a value.
   *
   * @throws CorruptionException when it has not
   */
  public void checkRange(ValueReference reference) {
    if (!hasPlace(reference.offset(), reference.length())) {
      throw corrupt(reference, "a value of " + reference.length() + " bytes", "the file's end");
    }
  }

  private void check(ValueReference reference) {
    try (Arena arena = Arena.ofConfined()) {
      verify(reference, new ValueChecksum(arena));
    } catch (CorruptionException e) {
      damaged = true;
      throw e;
    }
    slots().add(slot(reference.offset()));
  }

  private BitMap slots() {
    BitMap seen = checked;
    if (seen != null) {
      return seen;
    }
    synchronized (lock) {
      BitMap made = checked;
      if (made == null) {
        made = new BitMap((int) (fileBytes / slotBytes) + 1);
        checked = made;
      }
      return made;
    }
  }

  /**
   * Reads a value by positional reads and checks it.
   *
   * @throws CorruptionException when it is not what was written
   */
  public void verify(ValueReference reference, ValueChecksum checksum) {
    checkRange(reference);
    ReadFile file = opened();
    compare(
        reference,
        checksum.of(
            number,
            reference.offset(),
            reference.length(),
            (position, target, length) -> file.read(position, target, 0, length)));
  }

  /**
   * Copies a value to the start of {@code target} by a positional read and checks it. After a
   * failure, {@link #isDamaged}.
   *
   * @param target anonymous memory with room for the value
   * @throws CorruptionException when it is not what was written
   */
  public void read(ValueReference reference, MemorySegment target) {
    boolean done = false;
    try {
      checkRange(reference);
      opened().read(reference.offset(), target, 0, reference.length());
      Checksum found = new Checksum().start(number, reference.offset());
      compare(reference, found.update(target, 0, reference.length()).value());
      done = true;
    } finally {
      if (!done) {
        damaged = true; // never set to false: another thread may have found damage
      }
    }
  }

  /** Whether a value could not be read. */
  public boolean isDamaged() {
    return damaged;
  }

  private void compare(ValueReference reference, int found) {
    if (found != reference.checksum()) {
      throw corrupt(
          reference,
          "a value with the checksum " + Integer.toHexString(reference.checksum()),
          Integer.toHexString(found));
    }
  }

  private CorruptionException corrupt(ValueReference reference, String expected, String found) {
    return new CorruptionException(path, reference.offset(), expected, found);
  }

  /** The whole file, mapped on first use. */
  private MemorySegment map() {
    MemorySegment seen = map;
    if (seen == null) {
      seen = opened().map();
      map = seen;
    }
    return seen;
  }

  private ReadFile opened() {
    ReadFile seen = open;
    return seen != null ? seen : openOnce();
  }

  private ReadFile openOnce() {
    synchronized (lock) {
      ReadFile seen = open;
      if (seen != null) {
        return seen;
      }
      if (freed) {
        throw new IllegalStateException(this + " is closed");
      }
      ReadFile file = fileSystem.openRead(path);
      if (file.size() != fileBytes) {
        file.close();
        throw new CorruptionException(
            path, 0, "a value file of " + fileBytes + " bytes", file.size() + " bytes");
      }
      open = file;
      return file;
    }
  }

  /**
   * The offset of the first page of the file that cannot be read in place, or -1.
   *
   * @param deadline {@link System#nanoTime} at which to stop the search
   */
  public long lostPage(long deadline) {
    MemorySegment mapped = map;
    return mapped == null ? -1 : FaultBarrier.lostPage(mapped, deadline);
  }

  /** Makes the last release delete the file. */
  public void markObsolete() {
    obsolete = true;
  }

  @Override
  protected void free() {
    ReadFile file;
    synchronized (lock) {
      freed = true;
      file = open;
    }
    try {
      if (file != null) {
        file.close();
      }
    } catch (MemoryHeldException e) {
      // Must not stop the release of other files. The file system closes it at the end.
    }
    if (obsolete) {
      try {
        fileSystem.delete(path);
      } catch (FirnException e) {
        // Must not stop the release of other files. No manifest names this file: the next open of
        // the store deletes it.
      }
    }
  }

  @Override
  public String toString() {
    return "value file " + number;
  }
}
