package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.ValueFileAdded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The value files of a state: the journal segments that tables refer to. A file is part of the
 * state from the edit that adds it, together with a table that refers to it, to the edit after
 * which no table refers to it.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class ValueFiles {

  private static final ValueFiles NONE = new ValueFiles(PersistentMap.empty());

  /**
   * A value file.
   *
   * @param number its number as a journal segment
   * @param fileBytes the file's length
   * @param valueBytes bytes of the values that tables referred to when it was added
   * @param shortest the length of the shortest of these values
   * @param liveBytes bytes of the values that tables refer to
   */
  public record File(long number, long fileBytes, long valueBytes, int shortest, long liveBytes) {

    private File with(long live) {
      return new File(number, fileBytes, valueBytes, shortest, live);
    }
  }

  private final PersistentMap<Long, File> files;

  private ValueFiles(PersistentMap<Long, File> files) {
    this.files = files;
  }

  /** No value files. */
  static ValueFiles none() {
    return NONE;
  }

  /** The number of files. */
  public int size() {
    return files.size();
  }

  /** All files, by ascending number. */
  public List<File> all() {
    return files.values();
  }

  /** The file of a number, or null. */
  public @Nullable File file(long number) {
    return files.get(number);
  }

  /** Bytes of the values that tables refer to. */
  public long liveBytes() {
    return files.values().stream().mapToLong(File::liveBytes).sum();
  }

  /** Bytes of the files. */
  public long fileBytes() {
    return files.values().stream().mapToLong(File::fileBytes).sum();
  }

  /** Bytes of all values when their files were added. */
  public long valueBytes() {
    return files.values().stream().mapToLong(File::valueBytes).sum();
  }

  /**
   * The files after an edit.
   *
   * @param shape the shape before the edit
   * @throws IllegalArgumentException when a table refers to a file that is not there, or to more
   *     than the file has, or when a file is added twice
   */
  ValueFiles apply(
      Shape shape,
      List<TableRemoved> removed,
      List<TableAdded> added,
      List<ValueFileAdded> newFiles) {
    Map<Long, Long> changes = new TreeMap<>();
    PersistentMap<Long, File> changed = files;
    for (ValueFileAdded file : newFiles) {
      if (changed.containsKey(file.number())) {
        throw new IllegalArgumentException("valueFile=" + file.number() + " is there twice");
      }
      changed =
          changed.with(
              file.number(),
              new File(file.number(), file.fileBytes(), file.valueBytes(), file.shortest(), 0));
      changes.put(file.number(), 0L);
    }
    for (TableRemoved table : removed) {
      TableMetadata metadata = shape.table(table.number());
      if (metadata != null) {
        metadata.references().forEach((file, bytes) -> changes.merge(file, -bytes, Long::sum));
      }
    }
    for (TableAdded table : added) {
      table.table().references().forEach((file, bytes) -> changes.merge(file, bytes, Long::sum));
    }
    if (changes.isEmpty()) {
      return this;
    }
    for (Map.Entry<Long, Long> change : changes.entrySet()) {
      changed = changed(changed, change.getKey(), change.getValue());
    }
    return new ValueFiles(changed);
  }

  private static PersistentMap<Long, File> changed(
      PersistentMap<Long, File> files, long number, long change) {
    File file = files.get(number);
    if (file == null) {
      throw new IllegalArgumentException("valueFile=" + number + " is not there");
    }
    long live = file.liveBytes() + change;
    if (live < 0 || live > file.fileBytes()) {
      throw new IllegalArgumentException("valueFile=" + number + " has " + live + " live bytes");
    }
    if (live == file.liveBytes() && live > 0) {
      return files;
    }
    return live == 0 ? files.without(number) : files.with(number, file.with(live));
  }

  /** The changes that add all files to a state without any. */
  List<VersionEdit.Change> snapshot() {
    List<VersionEdit.Change> changes = new ArrayList<>();
    for (File file : files.values()) {
      changes.add(
          new ValueFileAdded(file.number(), file.fileBytes(), file.valueBytes(), file.shortest()));
    }
    return changes;
  }

  @Override
  public String toString() {
    return files.size() + " value files, " + liveBytes() + " of " + valueBytes() + " bytes live";
  }
}
