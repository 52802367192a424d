package dev.firn.version;

import dev.firn.core.EntryRef;
import dev.firn.core.RefCounted;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FileName;
import dev.firn.error.CorruptionException;
import dev.firn.sstable.ValueFile;
import dev.firn.sstable.ValueReference;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The value files of a {@link Version}, shared by versions with the same {@link ValueFiles}.
 *
 * <p><b>Threading.</b> Immutable; any thread that holds a reference may read.
 *
 * <p><b>Ownership.</b> Holds a reference to each file.
 */
public final class OpenValueFiles extends RefCounted {

  /** In place of a file's folder, which only a forged table makes necessary. */
  private static final Path UNKNOWN = Path.of("");

  private final ValueFiles state;
  private final long[] numbers;
  private final ValueFile[] files;

  private OpenValueFiles(ValueFiles state, ValueFile[] files) {
    this.state = state;
    this.files = files;
    this.numbers = Arrays.stream(files).mapToLong(ValueFile::number).toArray();
  }

  /** No files, with a reference for the caller, who need not release it. */
  public static OpenValueFiles none() {
    return new OpenValueFiles(ValueFiles.none(), new ValueFile[0]);
  }

  /**
   * The files of another state, with a reference for the caller. The files that both have are
   * shared.
   *
   * @param opener makes another file, with the first reference for the caller
   */
  @SuppressWarnings("ReferenceEquality") // an edit that changes nothing keeps the object
  OpenValueFiles next(ValueFiles next, Function<ValueFiles.File, ValueFile> opener) {
    if (next == state) {
      acquire();
      return this;
    }
    List<ValueFile> taken = new ArrayList<>();
    try {
      for (ValueFiles.File file : next.all()) {
        ValueFile known = file(file.number());
        if (known != null) {
          known.acquire();
        }
        taken.add(known != null ? known : opener.apply(file));
      }
      return new OpenValueFiles(next, taken.toArray(ValueFile[]::new));
    } catch (Throwable e) {
      taken.forEach(RefCounted::release);
      throw e;
    }
  }

  /** The file of a number, or null. */
  public @Nullable ValueFile file(long number) {
    int at = Arrays.binarySearch(numbers, number);
    return at < 0 ? null : files[at];
  }

  /** Makes the last release of each file that a later state lacks delete it. */
  @SuppressWarnings("ReferenceEquality") // an edit that changes nothing keeps the object
  void markObsolete(ValueFiles later) {
    for (int i = 0; later != state && i < files.length; i++) {
      if (later.file(numbers[i]) == null) {
        files[i].markObsolete();
      }
    }
  }

  /**
   * The numbers of the files of which at most a part is live, and which can be read.
   *
   * @param percent that part of a file, in percent
   */
  public Set<Long> mostlyDead(ToIntFunction<ValueFiles.File> percent) {
    Set<Long> numbersFound = new HashSet<>();
    for (ValueFiles.File file : state.all()) {
      ValueFile open = file(file.number());
      boolean readable = open != null && !open.isDamaged();
      if (readable && file.liveBytes() <= file.fileBytes() / 100 * percent.applyAsInt(file)) {
        numbersFound.add(file.number());
      }
    }
    return numbersFound;
  }

  /** All files, by ascending number. */
  public List<ValueFile> all() {
    return List.of(files);
  }

  /**
   * Points an entry that is a reference at the value itself. The caller holds this object until it
   * has read the value.
   *
   * @throws CorruptionException when the value is not what was written
   */
  public void resolve(EntryRef entry) {
    MemorySegment memory = entry.segment();
    long at = entry.offset();
    MemorySegment value = value(memory, at, entry.length());
    long offset = ValueReference.offset(memory, at);
    int length = ValueReference.length(memory, at);
    entry.release();
    long sequence = SequenceNumber.sequence(entry.trailer());
    entry.set(SequenceNumber.trailer(sequence, ValueKind.PUT.code()), value, offset, length);
  }

  /**
   * The memory that has the value of a reference at its offset. Allocates nothing after the first
   * use of the value.
   *
   * @throws CorruptionException when the bytes are no reference, or the value is not what was
   *     written
   */
  public MemorySegment value(MemorySegment memory, long at, long bytes) {
    checkSound(memory, at, bytes);
    ValueFile file = file(ValueReference.file(memory, at));
    if (file == null) {
      throw missing(ValueReference.read(memory, at));
    }
    return file.value(memory, at);
  }

  private static void checkSound(MemorySegment memory, long at, long bytes) {
    if (!ValueReference.isSound(memory, at, bytes)) {
      throw new CorruptionException(UNKNOWN, 0, "a reference to a value", bytes + " other bytes");
    }
  }

  /**
   * The length of the value of a reference.
   *
   * @throws CorruptionException when the bytes are no reference
   */
  public static int length(MemorySegment memory, long at, long bytes) {
    checkSound(memory, at, bytes);
    return ValueReference.length(memory, at);
  }

  /**
   * Reads a reference.
   *
   * @throws CorruptionException when the bytes are none
   */
  public static ValueReference reference(MemorySegment memory, long offset, long length) {
    checkSound(memory, offset, length);
    return ValueReference.read(memory, offset);
  }

  /**
   * The file of a reference.
   *
   * @throws CorruptionException when there is none
   */
  public ValueFile file(ValueReference reference) {
    ValueFile file = file(reference.file());
    if (file == null) {
      throw missing(reference);
    }
    return file;
  }

  private static CorruptionException missing(ValueReference reference) {
    return new CorruptionException(
        FileName.journal(UNKNOWN, reference.file()),
        reference.offset(),
        "a value file",
        "none of that number");
  }

  @Override
  protected void free() {
    for (ValueFile file : files) {
      file.release();
    }
  }

  @Override
  public String toString() {
    return state.toString();
  }
}
