package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of the store for which a table was written: what a repair needs to make a lost manifest
 * again. It is the end of the properties section, and may be missing.
 *
 * <pre>
 *  offset  size  field
 *       0     8  journal floor
 *       8     8  last sequence    entries up to it were in tables
 *      16     4  count            R
 *      20   8*R  numbers of the tables that this one replaces, with others
 *                trees: id (4), name length in bytes (1), name
 * </pre>
 *
 * @param journalFloor see {@code docs/format/manifest.md}
 * @param lastSequence see {@code docs/format/manifest.md}
 * @param replaces the tables whose entries this table and others of the same compaction have; the
 *     first {@value #MAX_REPLACES}
 * @param trees the names of the trees of the table's key range, by id; as many as fit
 */
public record TableOrigin(
    long journalFloor, long lastSequence, List<Long> replaces, SortedMap<Integer, String> trees) {

  private static final int HEADER_BYTES = 20;
  private static final int MAX_REPLACES = 4096;
  private static final int MAX_TREE_BYTES = 64 * 1024;
  private static final int TREE_HEADER_BYTES = 5;
  private static final int MAX_NAME_BYTES = 255;

  /** Max length. */
  static final int MAX_BYTES = HEADER_BYTES + 8 * MAX_REPLACES + MAX_TREE_BYTES;

  /** Takes a copy of the list. */
  public TableOrigin {
    replaces = List.copyOf(replaces.subList(0, Math.min(replaces.size(), MAX_REPLACES)));
  }

  /** Writes it. */
  void write(TableOutput out) {
    out.putLong(journalFloor);
    out.putLong(lastSequence);
    out.putInt(replaces.size());
    replaces.forEach(out::putLong);
    int room = MAX_TREE_BYTES;
    for (Map.Entry<Integer, String> tree : trees.entrySet()) {
      byte[] name = tree.getValue().getBytes(StandardCharsets.UTF_8);
      room -= TREE_HEADER_BYTES + name.length;
      if (room < 0) {
        return;
      }
      out.putInt(tree.getKey());
      out.put(new byte[] {(byte) name.length}, 1);
      out.put(name, name.length);
    }
  }

  /** Decodes it; null if no writer writes it. */
  static @Nullable TableOrigin decode(MemorySegment source, long offset, long length) {
    if (length < HEADER_BYTES || length > MAX_BYTES) {
      return null;
    }
    long count = source.get(U32, offset + 16) & 0xffff_ffffL;
    if (count > MAX_REPLACES || count * Long.BYTES > length - HEADER_BYTES) {
      return null;
    }
    List<Long> replaces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      replaces.add(source.get(U64, offset + HEADER_BYTES + (long) i * Long.BYTES));
    }
    SortedMap<Integer, String> trees = new TreeMap<>();
    long end = offset + length;
    for (long at = offset + HEADER_BYTES + count * Long.BYTES; at < end; ) {
      if (end - at < TREE_HEADER_BYTES) {
        return null;
      }
      int bytes = source.get(ValueLayout.JAVA_BYTE, at + Integer.BYTES) & MAX_NAME_BYTES;
      if (bytes == 0 || bytes > end - at - TREE_HEADER_BYTES) {
        return null;
      }
      byte[] name = source.asSlice(at + TREE_HEADER_BYTES, bytes).toArray(ValueLayout.JAVA_BYTE);
      trees.put(source.get(U32, at), new String(name, StandardCharsets.UTF_8));
      at += TREE_HEADER_BYTES + bytes;
    }
    return new TableOrigin(source.get(U64, offset), source.get(U64, offset + 8), replaces, trees);
  }
}
