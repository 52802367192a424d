package dev.firn;

import dev.firn.engine.MemoryPlan;
import java.time.Duration;
import java.time.InstantSource;
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
  private static final Duration MAX_TRANSACTION_AGE = Duration.ofDays(3650);
  private static final StoreOptions DEFAULTS = builder().build();

  /** Never changed. */
  private final OptionValues values;

  private final MemoryPlan memory;

  private StoreOptions(OptionValues values) {
    this.values = values;
    this.memory = values.memoryPlan();
  }

  /** Returns the options of {@link Store#open(java.nio.file.Path)}. */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder that holds the defaults. */
  public static Builder builder() {
    return new Builder(new OptionValues());
  }

  /** Returns a builder that holds these options. */
  public Builder toBuilder() {
    return new Builder(new OptionValues(values));
  }

  /** See {@link Builder#createIfMissing}. */
  public boolean createIfMissing() {
    return values.createIfMissing;
  }

  /** See {@link Builder#salvage}. */
  public boolean salvage() {
    return values.salvage;
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
    return values.minValueFileBytes;
  }

  /** See {@link Builder#blockBytes}. */
  public int blockBytes() {
    return values.blockBytes;
  }

  /** See {@link Builder#tableBytes}. */
  public long tableBytes() {
    return values.tableBytes;
  }

  /** See {@link Builder#levelBaseBytes}. */
  public long levelBaseBytes() {
    return values.levelBaseBytes;
  }

  /** See {@link Builder#blockCacheBytes}. */
  public long blockCacheBytes() {
    return memory.blockCacheBytes();
  }

  /** See {@link Builder#pageCacheBytes}. */
  public long pageCacheBytes() {
    return values.pageCacheBytes(memory);
  }

  /** See {@link Builder#filterBitsPerKey}. */
  public int filterBitsPerKey() {
    return values.filterBitsPerKey;
  }

  /** See {@link Builder#compression}. */
  public Compression compression() {
    return values.compression;
  }

  /** See {@link Builder#syncInterval}. */
  public Duration syncInterval() {
    return values.syncInterval;
  }

  /** See {@link Builder#scrubInterval}. */
  public Duration scrubInterval() {
    return values.scrubInterval;
  }

  /** See {@link Builder#scrubBytesPerSecond}. */
  public long scrubBytesPerSecond() {
    return values.scrubBytesPerSecond;
  }

  /** See {@link Builder#tombstoneMaxAge}. */
  public Duration tombstoneMaxAge() {
    return values.tombstoneMaxAge;
  }

  /** See {@link Builder#clock}. */
  public InstantSource clock() {
    return values.clock;
  }

  /** See {@link Builder#maxTransactionAge}. */
  public Duration maxTransactionAge() {
    return values.maxTransactionAge;
  }

  /** See {@link Builder#problemListener}. */
  public ProblemListener problemListener() {
    return values.problemListener;
  }

  /** All options but the listener and the clock, as {@code name=value}. */
  @Override
  public String toString() {
    return "StoreOptions[" + values.text(memory) + "]";
  }

  /**
   * Collects options. Each method sets one option and returns the builder. A value out of range is
   * refused with an {@link IllegalArgumentException} whose message begins with {@code name=value}.
   *
   * <p>A builder can build more than once. It belongs to one thread at a time.
   */
  public static final class Builder {

    private final OptionValues values;

    private Builder(OptionValues values) {
      this.values = values;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException when {@link #memoryBytes} is too small for another option
     */
    public StoreOptions build() {
      return new StoreOptions(new OptionValues(values));
    }

    /** Whether opening a missing or empty folder makes a new store in it. Default: true. */
    public Builder createIfMissing(boolean createIfMissing) {
      values.createIfMissing = createIfMissing;
      return this;
    }

    /**
     * Whether a journal that is damaged before its end is cut off at the damage. The writes after
     * the damage are lost, and {@link RecoveryReport#damage} describes it. Otherwise such a store
     * does not open. Default: false.
     */
    public Builder salvage(boolean salvage) {
      values.salvage = salvage;
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
      values.memoryBytes =
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
      values.journalSegmentBytes = (checked + 4095) & ~4095L;
      return this;
    }

    /**
     * Length from which on values are written once: they stay in their journal segments, which
     * become value files, and tables refer to them. Range: 64 bytes to 2 GiB; with 2 GiB,
     * which no value has, there are none. Default: 4 KiB.
     */
    public Builder minValueFileBytes(long minValueFileBytes) {
      values.minValueFileBytes =
          OptionRange.within("minValueFileBytes", minValueFileBytes, 64, 2 * GIB);
      return this;
    }

    /**
     * Size of a table's blocks before compression, in bytes. Range: 128 bytes to 1 MiB. Default: 4
     * KiB.
     */
    public Builder blockBytes(int blockBytes) {
      values.blockBytes = (int) OptionRange.within("blockBytes", blockBytes, 128, MIB);
      return this;
    }

    /**
     * Size at which a compaction begins another table, in bytes. Range: 4 KiB to 16 GiB. Default:
     * 64 MiB.
     */
    public Builder tableBytes(long tableBytes) {
      values.tableBytes = OptionRange.within("tableBytes", tableBytes, 4 * KIB, 16 * GIB);
      return this;
    }

    /**
     * A tenth of the size, in bytes, that tables may reach with one level below level 0; each
     * further level allows ten times as much. Range: 4 KiB to 1024 GiB. Default: 256 MiB, so one
     * level below level 0 suffices up to 2.5 GiB, and two suffice up to 25 GiB.
     */
    public Builder levelBaseBytes(long levelBaseBytes) {
      values.levelBaseBytes =
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
      values.blockCacheBytes =
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
      values.pageCacheBytes =
          OptionRange.within("pageCacheBytes", pageCacheBytes, 0, Long.MAX_VALUE);
      return this;
    }

    /**
     * Size of a table's Bloom filter, in bits per key; 0 means no filter. Range: 0 to 32. Default:
     * 10, with which about 1 in 100 searches for a missing key reads a block. 6 more while the
     * data, uncompressed, are larger than {@link #pageCacheBytes}, because such a read then is one
     * of the device.
     */
    public Builder filterBitsPerKey(int filterBitsPerKey) {
      values.filterBitsPerKey =
          (int) OptionRange.within("filterBitsPerKey", filterBitsPerKey, 0, 32);
      return this;
    }

    /**
     * How the blocks of new tables are compressed. Existing tables stay readable and as they are.
     * Default: AUTO.
     */
    public Builder compression(Compression compression) {
      values.compression = Objects.requireNonNull(compression, "compression");
      return this;
    }

    /**
     * Time from one background sync of everything written to the next; zero means no background
     * sync. It bounds what a power cut takes of {@link Durability#BUFFERED} writes. Range: zero to
     * 1 day. Default: 5 seconds.
     */
    public Builder syncInterval(Duration syncInterval) {
      values.syncInterval = OptionRange.within("syncInterval", syncInterval, Duration.ofDays(1));
      return this;
    }

    /**
     * Time from the opening to the first background scrub, and from the end of one scrub to the
     * start of the next; zero means that only {@link Store#scrub} starts one. A scrub reads and
     * checks every byte of the tables. Range: zero to 3650 days. Default: 1 day.
     */
    public Builder scrubInterval(Duration scrubInterval) {
      values.scrubInterval =
          OptionRange.within("scrubInterval", scrubInterval, Duration.ofDays(3650));
      return this;
    }

    /**
     * Maximum rate at which a scrub reads, in bytes per second. Range: at least 1 KiB. Default: 8
     * MiB, at which 100 GiB take 3.6 hours.
     */
    public Builder scrubBytesPerSecond(long scrubBytesPerSecond) {
      values.scrubBytesPerSecond =
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
      values.tombstoneMaxAge =
          OptionRange.within("tombstoneMaxAge", tombstoneMaxAge, MAX_TOMBSTONE_AGE);
      return this;
    }

    /**
     * The clock by which entries expire, for tests above all. Where it goes back, the store's time
     * stands still until it has caught up. Default: that of the system.
     */
    public Builder clock(InstantSource clock) {
      values.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * How long a transaction may be open. One that is older ends: its next call throws an exception
     * that says so, and what it kept from being dropped, or the right to write, is free. Zero: any
     * time. Range: 0 to 3650 days. Default: 5 minutes.
     */
    public Builder maxTransactionAge(Duration maxTransactionAge) {
      values.maxTransactionAge =
          OptionRange.within("maxTransactionAge", maxTransactionAge, MAX_TRANSACTION_AGE);
      return this;
    }

    /** What is called with each problem that the store meets. Default: none; all are logged. */
    public Builder problemListener(ProblemListener problemListener) {
      values.problemListener = Objects.requireNonNull(problemListener, "problemListener");
      return this;
    }
  }
}
