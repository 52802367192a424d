package dev.firn.engine.repair;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableSalvage;
import dev.firn.sstable.ValueFile;
import dev.firn.sstable.ValueReference;
import dev.firn.version.ValueFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values that the tables of a store under repair refer to in value files. An entry whose value
 * cannot be read is lost.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Owns the open files.
 */
final class SalvagedValues implements AutoCloseable {

  private static final long MIN_BUFFER_BYTES = 64 * 1024;

  private final FileSystem files;
  private final Path directory;
  private final LossList losses;
  private final Consumer<FirnException> damage;

  private final Map<Long, ValueFile> open = new HashMap<>();

  /** The files whose length is not what the manifest says: a store would refuse them. */
  private final Set<Long> altered = new HashSet<>();

  private MemorySegment buffer = MemorySegment.NULL;

  /**
   * @param damage receives the damage found
   */
  SalvagedValues(
      FileSystem files, Path directory, LossList losses, Consumer<FirnException> damage) {
    this.files = files;
    this.directory = directory;
    this.losses = losses;
    this.damage = damage;
  }

  static boolean isReference(long trailer) {
    return SequenceNumber.kindCode(trailer) == ValueKind.VALUE_REFERENCE.code();
  }

  /**
   * The value that an entry refers to, at the start of memory that is valid until the next call; or
   * null, with its loss noted.
   */
  @Nullable MemorySegment value(
      MemorySegment key, long keyOffset, int keyLength, long trailer, ValueReference reference) {
    try {
      ValueFile file = file(reference.file());
      file.checkRange(reference);
      if (buffer.byteSize() < reference.length()) {
        long bytes = Math.max(MIN_BUFFER_BYTES, reference.length());
        buffer = Arena.ofAuto().allocate(bytes, Long.BYTES);
      }
      file.read(reference, buffer);
      return buffer.asSlice(0, reference.length());
    } catch (CorruptionException | StorageException e) {
      damage.accept(e);
      byte[] lost = key.asSlice(keyOffset, keyLength).toArray(ValueLayout.JAVA_BYTE);
      losses.addKey(
          FileName.journal(directory, reference.file()),
          reference.offset(),
          lost,
          SequenceNumber.sequence(trailer));
      return null;
    }
  }

  /**
   * Whether a store can read all values that a table refers to; notes the damage otherwise.
   *
   * @param known the value files as the manifest has them
   */
  boolean areIntact(TableMetadata table, ValueFiles known) {
    if (table.references().isEmpty()) {
      return true;
    }
    boolean[] intact = {true};
    table.references().forEach((file, bytes) -> intact[0] &= hasLength(known.file(file)));
    TableSalvage.read(
        files,
        directory,
        table.number(),
        table.id(),
        (key, keyOffset, keyLength, trailer, value, valueOffset, valueLength) -> {
          if (isReference(trailer)) {
            ValueReference reference = ValueReference.read(value, valueOffset);
            intact[0] &= isReadable(reference);
          }
        });
    return intact[0];
  }

  private boolean hasLength(ValueFiles.@Nullable File known) {
    Path path = FileName.journal(directory, known == null ? 0 : known.number());
    if (known == null || !files.exists(path) || files.size(path) == known.fileBytes()) {
      return true; // a missing file is told with its values
    }
    if (altered.add(known.number())) {
      String expected = "a value file of " + known.fileBytes() + " bytes";
      damage.accept(new CorruptionException(path, 0, expected, files.size(path) + " bytes"));
    }
    return false;
  }

  /** Whether a file cannot stay: its values belong into tables. */
  boolean isAltered(long file) {
    return altered.contains(file);
  }

  private boolean isReadable(ValueReference reference) {
    try (Arena arena = Arena.ofConfined()) {
      ValueFile file = file(reference.file());
      file.checkRange(reference);
      file.read(reference, arena.allocate(reference.length(), Long.BYTES));
      return true;
    } catch (CorruptionException | StorageException e) {
      damage.accept(e);
      return false;
    }
  }

  private ValueFile file(long number) {
    ValueFile known = open.get(number);
    if (known == null) {
      Path path = FileName.journal(directory, number);
      known = new ValueFile(files, directory, number, files.size(path), 1, false);
      open.put(number, known);
    }
    return known;
  }

  @Override
  public void close() {
    open.values().forEach(ValueFile::release);
    open.clear();
  }
}
