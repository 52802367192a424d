package dev.firn.sstable;

import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.range.RangeTombstones;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes one table, entry by entry in ascending order. The file has a temporary name until it is
 * complete and synced. The caller makes the final name durable: it syncs the directory, possibly
 * once for several tables.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> Owns the file until {@link #finish} returns. Closing an unfinished writer
 * deletes the file.
 */
public final class TableWriter implements AutoCloseable {

  /**
   * A value longer than this is not buffered: it is written straight to the file, in its own
   * block.
   */
  private static final int LARGE_VALUE_BYTES = TableFormat.MAX_COMPRESSIBLE_BYTES;

  /**
   * Max number of keys in the filter of a table that {@link #isFull} ends. The writer keeps 8 bytes
   * for each of them in memory, and as many again while that grows.
   */
  static final long MAX_FILTER_KEYS = 1 << 24;

  /** Max length of the index of a table that {@link #isFull} ends. */
  static final long MAX_INDEX_BYTES = 1 << 28;

  private final FileSystem fileSystem;
  private final Path path;
  private final Path temporary;
  private final long number;
  private final long id;
  private final TableOptions options;
  private final Arena arena;
  private final TableOutput out;
  private final BlockBuilder block;
  private final @Nullable BlockCompressor compressor;
  private final @Nullable PagePacking packing;

  /** The maximum length of the current block. */
  private int maxBlockBytes;

  private final IndexBuilder index;
  private final FilterBuilder filter;
  private final NativeBuffer firstKey;
  private final NativeBuffer lastKey;
  private int firstKeyLength;
  private int lastKeyLength;
  private long lastTrailer;

  private final EntryStats.Collector stats = new EntryStats.Collector();
  private final ValueReferences.Collector references = new ValueReferences.Collector();
  private long deletionsSince;
  private RangeTombstones ranges = RangeTombstones.EMPTY;
  private long coveredBytes;
  private boolean open = true;

  /** Creates the file of a table without an id. */
  public TableWriter(FileSystem fileSystem, Path directory, long number, TableOptions options) {
    this(fileSystem, directory, number, 0, options, OutputLimits.USUAL, Arena.ofShared());
  }

  /**
   * Creates the file, under its temporary name.
   *
   * @param id see {@link TableMetadata#id}
   * @param arena a shared arena for the writer's memory, which the writer closes; also if this
   *     constructor throws
   */
  public TableWriter(
      FileSystem fileSystem,
      Path directory,
      long number,
      long id,
      TableOptions options,
      OutputLimits limits,
      Arena arena) {
    AppendFile file = null;
    try {
      this.fileSystem = fileSystem;
      this.path = FileName.table(directory, number);
      this.temporary = FileName.temporary(path);
      this.number = number;
      this.id = id;
      this.options = options;
      this.arena = arena;
      file = fileSystem.create(temporary);
      this.out = new TableOutput(file, number, id, limits, arena);
      this.block = new BlockBuilder(arena, options.restartInterval());
      this.compressor = options.compression() == Codec.NONE ? null : new BlockCompressor(arena);
      this.packing = options.packed() ? new PagePacking(options.blockBytes()) : null;
      this.maxBlockBytes = options.blockBytes();
      this.index = new IndexBuilder(arena);
      this.filter = new FilterBuilder(arena, options.filterBitsPerKey());
      this.firstKey = new NativeBuffer(arena, 256);
      this.lastKey = new NativeBuffer(arena, 256);
    } catch (Throwable t) {
      arena.close();
      if (file != null) {
        file.close();
        fileSystem.delete(file.path());
      }
      throw t;
    }
  }

  /**
   * Says when the oldest deletion of the table was written.
   *
   * @param seconds since 1970; 0 for not known
   */
  public void setDeletionsSince(long seconds) {
    deletionsSince = seconds;
  }

  /**
   * Sets the range tombstones, after the entries. A table without an entry gets a deletion of the
   * first key that they delete.
   *
   * @param coveredBytes see {@link GarbageStats#coveredBytes}
   */
  public void setRanges(RangeTombstones tombstones, long coveredBytes) {
    this.ranges = tombstones;
    this.coveredBytes = coveredBytes;
    if (stats.entries() == 0 && !tombstones.isEmpty()) {
      addFirstDeletion();
    }
  }

  private void addFirstDeletion() {
    byte[] key = ranges.start(0);
    NativeBuffer copy = new NativeBuffer(arena, key.length);
    MemorySegment.copy(key, 0, copy.memory(), ValueLayout.JAVA_BYTE, 0, key.length);
    int kind = ValueKind.DELETE.code();
    long trailer = SequenceNumber.trailer(ranges.sequence(0, 0), kind);
    add(copy.memory(), 0, key.length, trailer, MemorySegment.NULL, 0, 0);
  }

  /**
   * Adds an entry, which must sort after the preceding entry: store key ascending, trailer
   * descending. The memory of key and value is not used after the call.
   *
   * @throws IllegalArgumentException when the entry is out of order or too large
   */
  public void add(
      MemorySegment key,
      long keyOffset,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    checkLengths(keyLength, valueLength);
    int shared = commonWithLast(key, keyOffset, keyLength, trailer);
    boolean sameKey = stats.entries() > 0 && shared == keyLength && shared == lastKeyLength;
    int length = (int) valueLength;
    if (block.entries() > 0
        && block.bytesWith(keyLength, shared, trailer, valueLength) > maxBlockBytes) {
      writeBlock();
    }
    if (block.entries() == 0) {
      putFence(key, keyOffset, keyLength, shared, sameKey);
    }
    if (length > LARGE_VALUE_BYTES) {
      block.addKey(key, keyOffset, keyLength, shared, trailer, length);
      writeLarge(value, valueOffset, length);
    } else {
      block.add(key, keyOffset, keyLength, shared, trailer, value, valueOffset, length);
    }
    if (!sameKey && options.filterBitsPerKey() > 0) {
      filter.add(KeyHash.of(key, keyOffset, keyLength));
    }
    rememberLast(key, keyOffset, keyLength, trailer);
    if (SequenceNumber.kindCode(trailer) == ValueKind.VALUE_REFERENCE.code()) {
      references.add(value, valueOffset, valueLength);
    }
    stats.add(StoreKey.tree(key, keyOffset), keyLength, trailer, valueLength, sameKey);
    stats.addExpiry(trailer, value, valueOffset, valueLength);
  }

  private byte[] firstKey() {
    return TableMetadata.copyKey(firstKey.memory(), 0, firstKeyLength);
  }

  /** The key of the last entry. */
  public byte[] lastKey() {
    return TableMetadata.copyKey(lastKey.memory(), 0, lastKeyLength);
  }

  /** The tree of the first entry or range tombstone. */
  public int firstTree() {
    int first = StoreKey.tree(firstKey.memory(), 0);
    return ranges.isEmpty() ? first : Math.min(first, ByteBuffer.wrap(ranges.start(0)).getInt());
  }

  /** The tree of the last entry or range tombstone. */
  public int lastTree() {
    int last = StoreKey.tree(lastKey.memory(), 0);
    return ranges.isEmpty()
        ? last
        : Math.max(last, ByteBuffer.wrap(ranges.start(ranges.size() - 1)).getInt());
  }

  /** Estimated length of the file if it were finished now. */
  public long sizeBytes() {
    return out.position() + block.bytes() + index.bytes() + filter.bytes();
  }

  /** Memory of the index and the filter, which are built in memory. */
  public long bufferBytes() {
    return filter.bufferBytes() + index.bytes();
  }

  /**
   * Whether the table has as many keys or blocks as a table should have, whatever its size: the
   * caller ends it before the next key. A key with very many versions may exceed that.
   */
  public boolean isFull() {
    return isFull(MAX_FILTER_KEYS, MAX_INDEX_BYTES);
  }

  /** As {@link #isFull()}, with other limits. */
  boolean isFull(long maxFilterKeys, long maxIndexBytes) {
    return filter.count() >= maxFilterKeys || index.bytes() >= maxIndexBytes;
  }

  /**
   * Completes the table: syncs its content and gives the file its final name. The name is durable
   * after the caller has synced the directory.
   *
   * @throws IllegalStateException when no entry was added
   */
  public TableMetadata finish() {
    return finish(null);
  }

  /**
   * As {@link #finish()}.
   *
   * @param origin where the table comes from
   */
  public TableMetadata finish(@Nullable TableOrigin origin) {
    if (!open || stats.entries() == 0) {
      throw new IllegalStateException("open=" + open + ", entries=" + stats.entries());
    }
    if (block.entries() > 0) {
      writeBlock();
    }
    long dataEnd = out.position();
    if (options.filterBitsPerKey() > 0) {
      filter.write(out);
    }
    long indexAt = out.position();
    index.write(out, dataEnd, lastKey.memory(), sharedByAll());
    long rangesAt = out.position();
    if (!ranges.isEmpty()) {
      RangeSection.write(ranges, out);
      stats.addRanges(ranges, coveredBytes);
    }
    TableProperties properties = properties();
    long propertiesAt = out.position();
    properties.write(out, origin);
    boolean expires = properties.metadata().expires();
    new Footer(dataEnd, indexAt, rangesAt, propertiesAt, id, expires).write(out);
    long fileBytes = out.position();
    out.sync();
    out.close();
    fileSystem.rename(temporary, path);
    open = false;
    arena.close();
    return properties.metadata().withFileBytes(fileBytes).withReferences(references.references());
  }

  /** Deletes the file. No effect after the table was finished or abandoned. */
  public void abandon() {
    if (open) {
      open = false;
      arena.close();
      try {
        out.close();
      } finally {
        fileSystem.delete(temporary);
      }
    }
  }

  /** Abandons the table unless it is finished. */
  @Override
  public void close() {
    abandon();
  }

  private void checkLengths(int keyLength, long valueLength) {
    if (!open) {
      throw new IllegalStateException("open=" + open);
    }
    if (keyLength < StoreKey.TREE_BYTES || keyLength > StoreKey.MAX_BYTES) {
      throw new IllegalArgumentException("keyLength=" + keyLength);
    }
    if (valueLength < 0 || valueLength > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("valueLength=" + valueLength);
    }
  }

  /** How many bytes the key shares with the preceding key; refuses an entry out of order. */
  private int commonWithLast(MemorySegment key, long offset, int length, long trailer) {
    if (stats.entries() == 0) {
      return 0;
    }
    MemorySegment last = lastKey.memory();
    int shared = KeyOrder.commonPrefix(last, 0, lastKeyLength, key, offset, length);
    boolean after;
    if (shared == lastKeyLength) {
      after = shared < length || Long.compareUnsigned(trailer, lastTrailer) < 0;
    } else {
      after =
          shared < length
              && (last.get(ValueLayout.JAVA_BYTE, shared) & 0xff)
                  < (key.get(ValueLayout.JAVA_BYTE, offset + shared) & 0xff);
    }
    if (!after) {
      throw new IllegalArgumentException(
          "entry " + stats.entries() + " does not sort after the preceding entry");
    }
    return shared;
  }

  private void putFence(MemorySegment key, long offset, int length, int shared, boolean sameKey) {
    if (stats.entries() == 0) {
      return;
    }
    if (sameKey) {
      index.exactFence(key, offset, length, lastTrailer - 1);
    } else {
      // The shared bytes and one more are enough to separate the two keys.
      index.fence(key, offset, shared + 1);
    }
  }

  private void writeBlock() {
    long head = block.encode();
    long raw = head + block.valueBytes();
    int packed = compressor == null ? 0 : compressor.compress(block, head);
    index.block(out.position(), packed > 0);
    long content = packed > 0 ? CompressedBlock.HEADER_BYTES + packed : raw;
    int padding = padding(raw, content + TableFormat.TRAILER_BYTES);
    out.begin();
    if (compressor != null && packed > 0) {
      int zeros = compressor.pad(padding);
      out.putInt((int) raw + zeros);
      out.put(compressor.result(), 0, compressor.length());
      out.end(Codec.LZ4);
    } else {
      out.put(block.head(), 0, head);
      out.put(block.values(), 0, block.valueBytes());
      out.putZeros(padding);
      out.end(Codec.NONE);
    }
    block.reset();
    if (packing != null) {
      maxBlockBytes = packing.maxBlockBytes(out.position());
    }
  }

  /** How many bytes longer a section becomes to fill up its page. */
  private int padding(long blockBytes, long sectionBytes) {
    if (packing == null) {
      return 0;
    }
    packing.written(blockBytes, sectionBytes);
    return packing.padding(out.position() + sectionBytes);
  }

  private void writeLarge(MemorySegment value, long offset, int length) {
    long head = block.encode();
    index.block(out.position(), false);
    out.begin();
    out.put(block.head(), 0, head);
    out.put(value, offset, length);
    out.end(Codec.NONE);
    block.reset();
  }

  private void rememberLast(MemorySegment key, long offset, int length, long trailer) {
    MemorySegment.copy(key, offset, lastKey.ensure(length, 0), 0, length);
    lastKeyLength = length;
    lastTrailer = trailer;
    if (stats.entries() == 0) {
      MemorySegment.copy(key, offset, firstKey.ensure(length, 0), 0, length);
      firstKeyLength = length;
    }
  }

  /**
   * Length of the prefix that all keys share: as keys are sorted, that of the first and the
   * last.
   */
  private int sharedByAll() {
    return KeyOrder.commonPrefix(
        firstKey.memory(), 0, firstKeyLength, lastKey.memory(), 0, lastKeyLength);
  }

  private TableProperties properties() {
    TableMetadata metadata =
        new TableMetadata(
            number,
            0,
            RangeSection.smallest(firstKey(), ranges),
            RangeSection.largest(lastKey(), ranges),
            stats.stats(deletionsSince),
            id);
    int bits = options.filterBitsPerKey();
    TableProperties.Layout layout =
        new TableProperties.Layout(options.blockBytes(), options.restartInterval(), bits);
    return new TableProperties(
        metadata, index.blocks(), layout, bits == 0 ? 0 : FilterFormat.probes(bits), sharedByAll());
  }
}
