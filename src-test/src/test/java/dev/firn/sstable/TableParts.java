package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a table apart into sections and assembles it again, with one section replaced by any bytes
 * of any length. Offsets, padding and checksums of the result are right.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class TableParts {

  /** A part that can be replaced. */
  public enum Part {
    /** The content of a data block. */
    BLOCK,
    FILTER,
    INDEX,
    /** The range tombstones; empty for a table without any. */
    RANGES,
    PROPERTIES,
    /** The bytes that the footer's checksum covers. */
    FOOTER
  }

  private final long number;
  private final int version;
  private final List<byte[]> blocks;
  private final boolean[] compressed;
  private final byte[] filter;
  private final byte[] index;
  private final byte[] ranges;
  private final byte[] properties;

  private TableParts(
      long number,
      int version,
      List<byte[]> blocks,
      boolean[] compressed,
      byte[] filter,
      byte[] index,
      byte[] ranges,
      byte[] properties) {
    this.number = number;
    this.version = version;
    this.blocks = List.copyOf(blocks);
    this.compressed = compressed;
    this.filter = filter;
    this.index = index;
    this.ranges = ranges;
    this.properties = properties;
  }

  /** Takes an intact table apart. */
  public static TableParts of(byte[] table, long number) {
    MemorySegment memory = MemorySegment.ofArray(table);
    int footer = TableSeal.footer(memory);
    int filterAt = (int) memory.get(TableFormat.U64, footer + TableFormat.FOOTER_FILTER);
    int indexAt = (int) memory.get(TableFormat.U64, footer + TableFormat.FOOTER_INDEX);
    int propertiesAt = (int) memory.get(TableFormat.U64, footer + TableFormat.FOOTER_PROPERTIES);
    boolean longer = table.length - footer == TableFormat.FOOTER_BYTES_V3;
    int rangesAt =
        longer
            ? (int) memory.get(TableFormat.U64, footer + TableFormat.FOOTER_RANGES)
            : propertiesAt;
    int versionAt = footer + TableFormat.FOOTER_VERSION + (longer ? Long.BYTES : 0);
    int version = memory.get(TableFormat.U32, versionAt);
    byte[] filter = filterAt == indexAt ? new byte[0] : aligned(table, filterAt, indexAt);
    byte[] index = aligned(table, indexAt, rangesAt);
    byte[] ranges = rangesAt == propertiesAt ? new byte[0] : content(table, rangesAt, propertiesAt);
    byte[] properties = content(table, propertiesAt, footer);
    int count = MemorySegment.ofArray(properties).get(TableFormat.U32, 48);
    List<byte[]> blocks = new ArrayList<>();
    boolean[] compressed = new boolean[count];
    MemorySegment offsets = MemorySegment.ofArray(index);
    for (int i = 0; i < count; i++) {
      long start = offsets.get(TableFormat.U64, IndexFormat.blocks(count) + 8L * i);
      long end = offsets.get(TableFormat.U64, IndexFormat.blocks(count) + 8L * (i + 1));
      blocks.add(content(table, (int) (start >>> 1), (int) (end >>> 1)));
      compressed[i] = (start & 1) != 0;
    }
    return new TableParts(number, version, blocks, compressed, filter, index, ranges, properties);
  }

  /**
   * A table of one block, without a filter.
   *
   * @param block the block's content, compressed or not
   * @param metadata the content of its properties
   */
  public static byte[] single(byte[] block, boolean compressed, TableMetadata metadata) {
    byte[] index = new byte[(int) IndexFormat.shared(1)];
    byte[] properties = properties(metadata);
    return new TableParts(
            metadata.number(),
            TableFormat.VERSION_WITHOUT_RANGES,
            List.of(block),
            new boolean[] {compressed},
            new byte[0],
            index,
            new byte[0],
            properties)
        .table(Part.BLOCK, 0, block);
  }

  private static byte[] properties(TableMetadata metadata) {
    byte[] smallest = metadata.smallestKey();
    byte[] largest = metadata.largestKey();
    byte[] properties = new byte[TableProperties.HEADER_BYTES + smallest.length + largest.length];
    MemorySegment memory = MemorySegment.ofArray(properties);
    memory.set(TableFormat.U64, 0, metadata.number());
    memory.set(TableFormat.U64, 8, metadata.entries());
    memory.set(TableFormat.U64, 16, metadata.deletions());
    memory.set(TableFormat.U64, 24, metadata.smallestSequence());
    memory.set(TableFormat.U64, 32, metadata.largestSequence());
    memory.set(TableFormat.U64, 40, metadata.dataBytes());
    memory.set(TableFormat.U32, 48, 1);
    memory.set(TableFormat.U32, 68, smallest.length);
    memory.set(TableFormat.U32, 72, largest.length);
    System.arraycopy(smallest, 0, properties, TableProperties.HEADER_BYTES, smallest.length);
    System.arraycopy(
        largest, 0, properties, TableProperties.HEADER_BYTES + smallest.length, largest.length);
    return properties;
  }

  /** Data block count. */
  public int blocks() {
    return blocks.size();
  }

  /** Whether a data block is compressed. */
  public boolean isCompressed(int block) {
    return compressed[block];
  }

  /** The bytes of a part, without trailer and padding. */
  public byte[] content(Part part, int block) {
    return switch (part) {
      case BLOCK -> blocks.get(block).clone();
      case FILTER -> filter.clone();
      case INDEX -> index.clone();
      case RANGES -> ranges.clone();
      case PROPERTIES -> properties.clone();
      case FOOTER -> {
        byte[] table = table(part, block, new byte[0]);
        int footer = TableSeal.footer(MemorySegment.ofArray(table));
        yield Arrays.copyOfRange(table, footer, footer + covered());
      }
    };
  }

  /** The table with a part replaced; an empty footer means the right one. */
  public byte[] table(Part part, int block, byte[] content) {
    Assembly out = new Assembly(number);
    byte[] offsets = index.clone();
    MemorySegment words = MemorySegment.ofArray(offsets);
    long at = IndexFormat.blocks(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      boolean replaced = part == Part.BLOCK && i == block;
      words.set(TableFormat.U64, at + 8L * i, (long) out.size << 1 | (compressed[i] ? 1 : 0));
      out.section(replaced ? content : blocks.get(i), compressed[i] ? Codec.LZ4 : Codec.NONE);
    }
    words.set(TableFormat.U64, at + 8L * blocks.size(), (long) out.size << 1);
    int filterAt = out.size;
    if (filter.length > 0) {
      out.alignedSection(part == Part.FILTER ? content : filter);
    }
    int indexAt = out.size;
    out.alignedSection(part == Part.INDEX ? content : offsets);
    byte[] tombstones = part == Part.RANGES ? content : ranges;
    int rangesAt = out.size;
    if (tombstones.length > 0) {
      out.section(tombstones, Codec.NONE);
    }
    int propertiesAt = out.size;
    out.section(part == Part.PROPERTIES ? content : properties, Codec.NONE);
    boolean replaced = part == Part.FOOTER && content.length > 0;
    out.footer(
        replaced
            ? Arrays.copyOf(content, covered())
            : footer(filterAt, indexAt, rangesAt, propertiesAt));
    return Arrays.copyOf(out.bytes, out.size);
  }

  /** How many bytes of the footer its checksum covers. */
  private int covered() {
    boolean longer = version > TableFormat.VERSION_WITHOUT_RANGES;
    return TableFormat.FOOTER_CHECKSUM + (longer ? Long.BYTES : 0);
  }

  private byte[] footer(int filterAt, int indexAt, int rangesAt, int propertiesAt) {
    byte[] footer = new byte[covered()];
    MemorySegment memory = MemorySegment.ofArray(footer);
    memory.set(TableFormat.U64, TableFormat.FOOTER_FILTER, filterAt);
    memory.set(TableFormat.U64, TableFormat.FOOTER_INDEX, indexAt);
    memory.set(TableFormat.U64, TableFormat.FOOTER_PROPERTIES, propertiesAt);
    int longer = covered() - TableFormat.FOOTER_CHECKSUM;
    if (longer > 0) {
      memory.set(TableFormat.U64, TableFormat.FOOTER_RANGES, rangesAt);
    }
    memory.set(
        TableFormat.U32, TableFormat.FOOTER_LENGTH + longer, TableFormat.FOOTER_BYTES + longer);
    memory.set(TableFormat.U32, TableFormat.FOOTER_VERSION + longer, version);
    return footer;
  }

  private static byte[] aligned(byte[] table, int start, int end) {
    return content(table, (int) TableFormat.align(start), end);
  }

  private static byte[] content(byte[] table, int start, int end) {
    return Arrays.copyOfRange(table, start, end - TableFormat.TRAILER_BYTES);
  }

  /** A file to which sections are appended. */
  private static final class Assembly {

    private final long number;
    private byte[] bytes = new byte[4096];
    private int size;

    Assembly(long number) {
      this.number = number;
    }

    void alignedSection(byte[] content) {
      int padding = (int) (TableFormat.align(size) - size);
      section(concat(new byte[padding], content), Codec.NONE);
    }

    void section(byte[] content, Codec codec) {
      int start = size;
      append(content);
      append(new byte[] {(byte) codec.code(), 0, 0, 0});
      appendChecksum(start);
    }

    void footer(byte[] covered) {
      int start = size;
      append(covered);
      appendChecksum(start);
      append(new byte[Long.BYTES]);
      MemorySegment.ofArray(bytes)
          .set(TableFormat.U64, size - (long) Long.BYTES, TableFormat.MAGIC);
    }

    private void appendChecksum(int start) {
      MemorySegment memory = MemorySegment.ofArray(bytes);
      int value = new Checksum().start(number, start).update(memory, start, size - start).value();
      append(new byte[Integer.BYTES]);
      MemorySegment.ofArray(bytes).set(TableFormat.U32, size - (long) Integer.BYTES, value);
    }

    private void append(byte[] more) {
      if (size + more.length > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * (size + more.length));
      }
      System.arraycopy(more, 0, bytes, size, more.length);
      size += more.length;
    }

    private static byte[] concat(byte[] a, byte[] b) {
      byte[] both = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, both, a.length, b.length);
      return both;
    }
  }
}
