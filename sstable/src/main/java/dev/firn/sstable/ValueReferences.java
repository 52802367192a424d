package dev.firn.sstable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many bytes of values a table refers to in each value file.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class ValueReferences {

  /** No references. */
  public static final ValueReferences NONE = new ValueReferences(new long[0], new long[0]);

  /** Takes a file and the bytes referred to in it. */
  public interface Visitor {

    /** Called for each file, by ascending number. */
    void visit(long file, long bytes);
  }

  private final long[] files;
  private final long[] bytes;

  private ValueReferences(long[] files, long[] bytes) {
    this.files = files;
    this.bytes = bytes;
  }

  /** References to these files. */
  public static ValueReferences of(Map<Long, Long> bytesByFile) {
    return bytesByFile.isEmpty()
        ? NONE
        : new ValueReferences(
            bytesByFile.keySet().stream().mapToLong(Long::longValue).sorted().toArray(),
            new TreeMap<>(bytesByFile).values().stream().mapToLong(Long::longValue).toArray());
  }

  /** Whether there are no references. */
  public boolean isEmpty() {
    return files.length == 0;
  }

  /** The number of files. */
  public int files() {
    return files.length;
  }

  /** Bytes of the values in all files. */
  public long bytes() {
    return Arrays.stream(bytes).sum();
  }

  /** Bytes of the values in one file. */
  public long bytes(long file) {
    int at = Arrays.binarySearch(files, file);
    return at < 0 ? 0 : bytes[at];
  }

  /** Passes all files on. */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < files.length; i++) {
      visitor.visit(files[i], bytes[i]);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueReferences that
        && Arrays.equals(files, that.files)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(files) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes() + " bytes in " + files.length + " value files";
  }

  /**
   * Sums references up.
   *
   * <p><b>Threading.</b> Belongs to one thread at a time.
   */
  static final class Collector {

    private final TreeMap<Long, Long> bytesByFile = new TreeMap<>();
    private long lastFile;
    private long lastBytes;

    /**
     * Adds a reference.
     *
     * @throws IllegalArgumentException when the bytes are none
     */
    void add(MemorySegment memory, long at, long bytes) {
      if (!ValueReference.isSound(memory, at, bytes)) {
        throw new IllegalArgumentException("not a reference to a value");
      }
      add(ValueReference.file(memory, at), ValueReference.length(memory, at));
    }

    private void add(long file, int length) {
      if (file != lastFile) {
        flush();
        lastFile = file;
      }
      lastBytes += length;
    }

    private void flush() {
      if (lastBytes > 0) {
        bytesByFile.merge(lastFile, lastBytes, Long::sum);
        lastBytes = 0;
      }
    }

    ValueReferences references() {
      flush();
      return of(bytesByFile);
    }
  }
}
