package dev.firn;

import dev.firn.engine.MemoryPlan;
import java.time.Duration;
import java.util.Objects;

/**
 * How a store is opened.
 *
 * <pre>{@code
 * StoreOptions options = StoreOptions.builder().compression(Compression.LZ4).build();
 * try (Store store = Store.open(folder, options)) { ... }
 * }</pre>
 *
 * <p>The defaults suit most stores. No option is kept in the store: all of them may differ from one
 * opening to the next. {@link Builder} describes each of them. Immutable.
 */
public final class StoreOptions {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;

  private static final Duration MAX_TOMBSTONE_AGE = Duration.ofDays(3650);
  private static final StoreOptions DEFAULTS = builder().build();

  private final boolean createIfMissing;
  private final boolean salvage;
  private final MemoryPlan memory;
  private final long pageCacheBytes;
  private final long minValueFileBytes;
  private final int blockBytes;
  private final long tableBytes;
  private final long levelBaseBytes;
  private final int filterBitsPerKey;
  private final Compression compression;
  private final Duration syncInterval;
  private final Duration scrubInterval;
  private final long scrubBytesPerSecond;
  private final Duration tombstoneMaxAge;
  private final ProblemListener problemListener;

  /** As they were set, or {@link MemoryPlan#UNSET}. */
  private final MemoryPlan set;

  private StoreOptions(Builder builder) {
    createIfMissing = builder.createIfMissing;
    salvage = builder.salvage;
    set = new MemoryPlan(builder.memoryBytes, builder.journalSegmentBytes, builder.blockCacheBytes);
    memory =
        MemoryPlan.of(builder.memoryBytes, builder.journalSegmentBytes, builder.blockCacheBytes);
    pageCacheBytes = builder.pageCacheBytes;
    minValueFileBytes = builder.minValueFileBytes;
    blockBytes = builder.blockBytes;
    tableBytes = builder.tableBytes;
    levelBaseBytes = builder.levelBaseBytes;
    filterBitsPerKey = builder.filterBitsPerKey;
    compression = builder.compression;
    syncInterval = builder.syncInterval;
    scrubInterval = builder.scrubInterval;
    scrubBytesPerSecond = builder.scrubBytesPerSecond;
    tombstoneMaxAge = builder.tombstoneMaxAge;
    problemListener = builder.problemListener;
  }

  /** Returns the options of {@link Store#open(java.nio.file.Path)}. */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder that holds the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that holds these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** See {@link Builder#createIfMissing}. */
  public boolean createIfMissing() {
    return createIfMissing;
  }

  /** See {@link Builder#salvage}. */
  public boolean salvage() {
    return salvage;
  }

  /** See {@link Builder#memoryBytes}. */
  public long memoryBytes() {
    return memory.memoryBytes();
  }

  /** See {@link Builder#journalSegmentBytes}. */
  public long journalSegmentBytes() {
    return memory.journalSegmentBytes();
  }

  /** See {@link Builder#minValueFileBytes}. */
  public long minValueFileBytes() {
    return minValueFileBytes;
  }

  /** See {@link Builder#blockBytes}. */
  public int blockBytes() {
    return blockBytes;
  }

  /** See {@link Builder#tableBytes}. */
  public long tableBytes() {
    return tableBytes;
  }

  /** See {@link Builder#levelBaseBytes}. */
  public long levelBaseBytes() {
    return levelBaseBytes;
  }

  /** See {@link Builder#blockCacheBytes}. */
  public long blockCacheBytes() {
    return memory.blockCacheBytes();
  }

  /** See {@link Builder#pageCacheBytes}. */
  public long pageCacheBytes() {
    return pageCacheBytes == MemoryPlan.UNSET ? memory.pageCacheBytes() : pageCacheBytes;
  }

  /** See {@link Builder#filterBitsPerKey}. */
  public int filterBitsPerKey() {
    return filterBitsPerKey;
  }

  /** See {@link Builder#compression}. */
  public Compression compression() {
    return compression;
  }

  /** See {@link Builder#syncInterval}. */
  public Duration syncInterval() {
    return syncInterval;
  }

  /** See {@link Builder#scrubInterval}. */
  public Duration scrubInterval() {
    return scrubInterval;
  }

  /** See {@link Builder#scrubBytesPerSecond}. */
  public long scrubBytesPerSecond() {
    return scrubBytesPerSecond;
  }

  /** See {@link Builder#tombstoneMaxAge}. */
  public Duration tombstoneMaxAge() {
    return tombstoneMaxAge;
  }

  /** See {@link Builder#problemListener}. */
  public ProblemListener problemListener() {
    return problemListener;
  }

  /** All options but the listener, as {@code name=value}. */
  @Override
  public String toString() {
    return "StoreOptions[createIfMissing="
        + createIfMissing
        + ", salvage="
        + salvage
        + ", memoryBytes="
        + memoryBytes()
        + ", journalSegmentBytes="
        + journalSegmentBytes()
        + ", minValueFileBytes="
        + minValueFileBytes
        + ", blockBytes="
        + blockBytes
        + ", tableBytes="
        + tableBytes
        + ", levelBaseBytes="
        + levelBaseBytes
        + ", blockCacheBytes="
        + blockCacheBytes()
        + ", pageCacheBytes="
        + pageCacheBytes()
        + ", filterBitsPerKey="
        + filterBitsPerKey
        + ", compression="
        + compression
        + ", syncInterval="
        + syncInterval
        + ", scrubInterval="
        + scrubInterval
        + ", scrubBytesPerSecond="
        + scrubBytesPerSecond
        + ", tombstoneMaxAge="
        + tombstoneMaxAge
        + "]";
  }

  /**
   * Collects options. Each method sets one option and returns the builder. A value out of range is
   * refused with an {@link IllegalArgumentException} whose message begins with {@code name=value}.
   *
   * <p>A builder can build more than once. It belongs to one thread at a time.
   */
  public static final class Builder {

    private boolean createIfMissing = true;
    private boolean salvage;
    private long memoryBytes = MemoryPlan.UNSET;
    private long journalSegmentBytes = MemoryPlan.UNSET;
    private long minValueFileBytes = 4 * KIB;
    private int blockBytes = (int) (4 * KIB);
    private long tableBytes = 64 * MIB;
    private long levelBaseBytes = 256 * MIB;
    private long blockCacheBytes = MemoryPlan.UNSET;
    private long pageCacheBytes = MemoryPlan.UNSET;
    private int filterBitsPerKey = 10;
    private Compression compression = Compression.AUTO;
    private Duration syncInterval = Duration.ofSeconds(5);
    private Duration scrubInterval = Duration.ofDays(1);
    private long scrubBytesPerSecond = 8 * MIB;
    private Duration tombstoneMaxAge = Duration.ofDays(1);
    private ProblemListener problemListener = problem -> {};

    private Builder() {}

    private Builder(StoreOptions options) {
      createIfMissing = options.createIfMissing;
      salvage = options.salvage;
      memoryBytes = options.set.memoryBytes();
      journalSegmentBytes = options.set.journalSegmentBytes();
      minValueFileBytes = options.minValueFileBytes;
      blockBytes = options.blockBytes;
      tableBytes = options.tableBytes;
      levelBaseBytes = options.levelBaseBytes;
      blockCacheBytes = options.set.blockCacheBytes();
      pageCacheBytes = options.pageCacheBytes;
      filterBitsPerKey = options.filterBitsPerKey;
      compression = options.compression;
      syncInterval = options.syncInterval;
      scrubInterval = options.scrubInterval;
      scrubBytesPerSecond = options.scrubBytesPerSecond;
      tombstoneMaxAge = options.tombstoneMaxAge;
      problemListener = options.problemListener;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException when {@link #memoryBytes} is too small for another option
     */
    public StoreOptions build() {
      return new StoreOptions(this);
    }

    /** Whether opening a missing or empty folder makes a new store in it. Default: true. */
    public Builder createIfMissing(boolean createIfMissing) {
      this.createIfMissing = createIfMissing;
      return this;
    }

    /**
     * Whether a journal that is damaged before its end is cut off at the damage. The writes after
     * the damage are lost, and {@link RecoveryReport#damage} describes it. Otherwise such a store
     * does not open. Default: false.
     */
    public Builder salvage(boolean salvage) {
      this.salvage = salvage;
      return this;
    }

    /**
     * Maximum of the memory that the store takes outside the heap, in bytes: memtables, journal
     * segments, decompressed blocks, and the buffers of tables, records and cursors. {@link
     * StoreStats.Memory} shows it. Range: 8 MiB to 1048576 GiB, and at least 6 times {@link
     * #journalSegmentBytes} and 4 MiB.
     *
     * <p>Default: a third of what the heap and 64 MiB for the JVM leave of the container's or the
     * machine's memory, at most the {@code -XX:MaxDirectMemorySize} of the JVM, which is its
     * maximum heap size unless set; more if {@link #blockCacheBytes} or {@link
     * #journalSegmentBytes} need it.
     *
     * <p>Writers wait for a flush rather than exceed it. It is exceeded for a record that is
     * larger, by what open cursors keep, and until the first flush after an opening with a smaller
     * value. The page cache, a {@link WriteBatch} and 20 KiB for each thread that uses the store
     * come on top.
     */
    public Builder memoryBytes(long memoryBytes) {
      this.memoryBytes =
          OptionRange.within(
              "memoryBytes", memoryBytes, MemoryPlan.MIN_MEMORY_BYTES, 1024 * 1024 * GIB);
      return this;
    }

    /**
     * Size of a journal segment and of the memtable over it, in bytes. Range: 16 KiB to 1 GiB,
     * rounded up to a multiple of 4 KiB. Default: 16 MiB, or the power of two, at least 256 KiB,
     * that fits 16 times into what {@link #blockCacheBytes} leaves of {@link #memoryBytes}.
     *
     * <p>Larger segments mean fewer and larger flushes, a longer restart after a crash, and more
     * memory: up to 13 memtables hold entries at a time, one that takes writes and 12 that wait for
     * a flush or are flushed.
     */
    public Builder journalSegmentBytes(long journalSegmentBytes) {
      long checked = OptionRange.within("journalSegmentBytes", journalSegmentBytes, 16 * KIB, GIB);
      this.journalSegmentBytes = (checked + 4095) & ~4095L;
      return this;
    }

    /**
     * Length from which on values are written once: they stay in their journal segments, which
     * become value files, and tables refer to them. Range: 64 bytes to 2 GiB; with 2 GiB,
     * which no value has, there are none. Default: 4 KiB.
     */
    public Builder minValueFileBytes(long minValueFileBytes) {
      this.minValueFileBytes =
          OptionRange.within("minValueFileBytes", minValueFileBytes, 64, 2 * GIB);
      return this;
    }

    /**
     * Size of a table's blocks before compression, in bytes. Range: 128 bytes to 1 MiB. Default: 4
     * KiB.
     */
    public Builder blockBytes(int blockBytes) {
      this.blockBytes = (int) OptionRange.within("blockBytes", blockBytes, 128, MIB);
      return this;
    }

    /**
     * Size at which a compaction begins another table, in bytes. Range: 4 KiB to 16 GiB. Default:
     * 64 MiB.
     */
    public Builder tableBytes(long tableBytes) {
      this.tableBytes = OptionRange.within("tableBytes", tableBytes, 4 * KIB, 16 * GIB);
      return this;
    }

    /**
     * A tenth of the size, in bytes, that tables may reach with one level below level 0; each
     * further level allows ten times as much. Range: 4 KiB to 1024 GiB. Default: 256 MiB, so one
     * level below level 0 suffices up to 2.5 GiB, and two suffice up to 25 GiB.
     */
    public Builder levelBaseBytes(long levelBaseBytes) {
      this.levelBaseBytes =
          OptionRange.within("levelBaseBytes", levelBaseBytes, 4 * KIB, 1024 * GIB);
      return this;
    }

    /**
     * Maximum size of the block cache, in bytes, a part of {@link #memoryBytes}; 0 means no cache.
     * Default: half of that. Memtables take memory from the cache when they need it. Blocks that
     * are not compressed are read in place and not cached, unless the tables are larger than {@link
     * #pageCacheBytes}.
     */
    public Builder blockCacheBytes(long blockCacheBytes) {
      this.blockCacheBytes =
          OptionRange.within("blockCacheBytes", blockCacheBytes, 0, Long.MAX_VALUE);
      return this;
    }

    /**
     * Memory that the page cache has for the tables of this store, in bytes. A store whose tables
     * are larger reads single blocks, caches them in its block cache, half of which may hold
     * indexes and filters, and reads ahead for scans. Range: at least 0; no effect without a block
     * cache.
     * <p>Default: what the heap, {@link #memoryBytes} and 64 MiB for the JVM leave of the
     * container's or the machine's memory. Set it if other stores or processes need a part of that.
     */
    public Builder pageCacheBytes(long pageCacheBytes) {
      this.pageCacheBytes = OptionRange.within("pageCacheBytes", pageCacheBytes, 0, Long.MAX_VALUE);
      return this;
    }

    /**
     * Size of a table's Bloom filter, in bits per key; 0 means no filter. Range: 0 to 32. Default:
     * 10, with which about 1 in 100 searches for a missing key reads a block. 6 more while the
     * data, uncompressed, are larger than {@link #pageCacheBytes}, because such a read then is one
     * of the device.
     */
    public Builder filterBitsPerKey(int filterBitsPerKey) {
      this.filterBitsPerKey = (int) OptionRange.within("filterBitsPerKey", filterBitsPerKey, 0, 32);
      return this;
    }

    /**
     * How the blocks of new tables are compressed. Existing tables stay readable and as they are.
     * Default: AUTO.
     */
    public Builder compression(Compression compression) {
      this.compression = Objects.requireNonNull(compression, "compression");
      return this;
    }

    /**
     * Time from one background sync of everything written to the next; zero means no background
     * sync. It bounds what a power cut takes of {@link Durability#BUFFERED} writes. Range: zero to
     * 1 day. Default: 5 seconds.
     */
    public Builder syncInterval(Duration syncInterval) {
      this.syncInterval = OptionRange.within("syncInterval", syncInterval, Duration.ofDays(1));
      return this;
    }

    /**
     * Time from the opening to the first background scrub, and from the end of one scrub to the
     * start of the next; zero means that only {@link Store#scrub} starts one. A scrub reads and
     * checks every byte of the tables. Range: zero to 3650 days. Default: 1 day.
     */
    public Builder scrubInterval(Duration scrubInterval) {
      this.scrubInterval =
          OptionRange.within("scrubInterval", scrubInterval, Duration.ofDays(3650));
      return this;
    }

    /**
     * Maximum rate at which a scrub reads, in bytes per second. Range: at least 1 KiB. Default: 8
     * MiB, at which 100 GiB take 3.6 hours.
     */
    public Builder scrubBytesPerSecond(long scrubBytesPerSecond) {
      this.scrubBytesPerSecond =
          OptionRange.within("scrubBytesPerSecond", scrubBytesPerSecond, KIB, Long.MAX_VALUE);
      return this;
    }

    /**
     * Age at which the marker of a deletion is compacted down to the lowest level, where it and
     * what it deletes go, unless a snapshot needs them. Where much space can be had for little work
     * that happens earlier. Zero: never for its age alone. Range: 0 to 3650 days; less than a
     * second counts as one. Default: 1 day.
     */
    public Builder tombstoneMaxAge(Duration tombstoneMaxAge) {
      this.tombstoneMaxAge =
          OptionRange.within("tombstoneMaxAge", tombstoneMaxAge, MAX_TOMBSTONE_AGE);
      return this;
    }

    /** What is called with each problem that the store meets. Default: none; all are logged. */
    public Builder problemListener(ProblemListener problemListener) {
      this.problemListener = Objects.requireNonNull(problemListener, "problemListener");
      return this;
    }
  }
}
