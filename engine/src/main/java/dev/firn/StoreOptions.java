package dev.firn;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.engine.EngineOptions;
import dev.firn.sstable.Codec;
import dev.firn.sstable.TableOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * How a store is opened. Each {@code with} method returns a changed copy, and refuses a value that
 * makes no sense with an {@link IllegalArgumentException} that names it; no object is ever changed.
 *
 * <p>The defaults are meant to be right. All options may differ from one opening to the next.
 */
public final class StoreOptions {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;

  private static final int RESTART_INTERVAL = 16;
  private static final StoreOptions DEFAULTS = new StoreOptions();

  private boolean createIfMissing = true;
  private boolean salvage;
  private long journalSegmentBytes = 16 * MIB;
  private int blockBytes = (int) (4 * KIB);
  private long tableBytes = 64 * MIB;
  private long levelBaseBytes = 256 * MIB;
  private long blockCacheBytes = Runtime.getRuntime().maxMemory() / 2;
  private int filterBitsPerKey = 10;
  private Compression compression = Compression.NONE;
  private Duration syncInterval = Duration.ofSeconds(5);
  private Duration scrubInterval = Duration.ofDays(1);
  private long scrubBytesPerSecond = 8 * MIB;
  private ProblemListener problemListener = problem -> {};

  private StoreOptions() {}

  private StoreOptions(StoreOptions other) {
    createIfMissing = other.createIfMissing;
    salvage = other.salvage;
    journalSegmentBytes = other.journalSegmentBytes;
    blockBytes = other.blockBytes;
    tableBytes = other.tableBytes;
    levelBaseBytes = other.levelBaseBytes;
    blockCacheBytes = other.blockCacheBytes;
    filterBitsPerKey = other.filterBitsPerKey;
    compression = other.compression;
    syncInterval = other.syncInterval;
    scrubInterval = other.scrubInterval;
    scrubBytesPerSecond = other.scrubBytesPerSecond;
    problemListener = other.problemListener;
  }

  /** The options of {@link Store#open(java.nio.file.Path)}. */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /** Whether opening a folder that is missing or empty makes a new store there. Default: true. */
  public StoreOptions withCreateIfMissing(boolean createIfMissing) {
    StoreOptions copy = new StoreOptions(this);
    copy.createIfMissing = createIfMissing;
    return copy;
  }

  /**
   * Whether a journal that is damaged before its end is cut at the damage, and everything written
   * after it is given up, instead of refusing to open. Default: false.
   */
  public StoreOptions withSalvage(boolean salvage) {
    StoreOptions copy = new StoreOptions(this);
    copy.salvage = salvage;
    return copy;
  }

  /**
   * The size of a journal segment and of the memtable over it, 16 KiB to 1 GiB. Default: 16 MiB.
   * Larger ones mean fewer, larger flushes, more memory (up to five memtables at a time) and a
   * longer restart after a crash. Rounded up to whole 4 KiB.
   */
  public StoreOptions withJournalSegmentBytes(long journalSegmentBytes) {
    StoreOptions copy = new StoreOptions(this);
    long checked = within("journalSegmentBytes", journalSegmentBytes, 16 * KIB, GIB);
    copy.journalSegmentBytes = (checked + 4095) & ~4095L;
    return copy;
  }

  /** The size of a table's blocks before compression, 128 bytes to 1 MiB. Default: 4 KiB. */
  public StoreOptions withBlockBytes(int blockBytes) {
    StoreOptions copy = new StoreOptions(this);
    copy.blockBytes = (int) within("blockBytes", blockBytes, 128, MIB);
    return copy;
  }

  /** The size at which a merge begins another table, 4 KiB to 16 GiB. Default: 64 MiB. */
  public StoreOptions withTableBytes(long tableBytes) {
    StoreOptions copy = new StoreOptions(this);
    copy.tableBytes = within("tableBytes", tableBytes, 4 * KIB, 16 * GIB);
    return copy;
  }

  /** The size of the first level that is kept in one sorted run, from 4 KiB. Default: 256 MiB. */
  public StoreOptions withLevelBaseBytes(long levelBaseBytes) {
    StoreOptions copy = new StoreOptions(this);
    copy.levelBaseBytes = within("levelBaseBytes", levelBaseBytes, 4 * KIB, 1024 * GIB);
    return copy;
  }

  /**
   * How much memory off the heap decompressed blocks may take, from 0. Default: half of what the
   * heap may take, so an eighth of the memory of a machine or container unless {@code -Xmx} says
   * otherwise. Uncompressed blocks are read in place, and need none.
   */
  public StoreOptions withBlockCacheBytes(long blockCacheBytes) {
    StoreOptions copy = new StoreOptions(this);
    copy.blockCacheBytes = within("blockCacheBytes", blockCacheBytes, 0, Long.MAX_VALUE);
    return copy;
  }

  /**
   * How many bits a key takes in a table's filter, 0 to 32. Default: 10, which lets about one in a
   * hundred searches for a missing key through; 0 means no filter.
   */
  public StoreOptions withFilterBitsPerKey(int filterBitsPerKey) {
    StoreOptions copy = new StoreOptions(this);
    copy.filterBitsPerKey = (int) within("filterBitsPerKey", filterBitsPerKey, 0, 32);
    return copy;
  }

  /** How the blocks of new tables are compressed. Default: {@link Compression#NONE}. */
  public StoreOptions withCompression(Compression compression) {
    StoreOptions copy = new StoreOptions(this);
    copy.compression = Objects.requireNonNull(compression, "compression");
    return copy;
  }

  /**
   * How often everything written is synced unasked, which bounds what a power cut takes of {@link
   * Durability#BUFFERED} writes; zero means never. Default: 5 seconds.
   */
  public StoreOptions withSyncInterval(Duration syncInterval) {
    StoreOptions copy = new StoreOptions(this);
    Objects.requireNonNull(syncInterval, "syncInterval");
    if (syncInterval.isNegative() || syncInterval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "syncInterval=" + syncInterval + ": must be between zero and a day");
    }
    copy.syncInterval = syncInterval;
    return copy;
  }

  /**
   * How long the store is left alone between two passes of its scrub, which reads every byte of its
   * tables in the background and checks it; the first pass begins so long after the opening. Zero
   * means that passes begin only by {@link Store#scrub}. Default: a day.
   */
  public StoreOptions withScrubInterval(Duration scrubInterval) {
    StoreOptions copy = new StoreOptions(this);
    Objects.requireNonNull(scrubInterval, "scrubInterval");
    if (scrubInterval.isNegative() || scrubInterval.compareTo(Duration.ofDays(3650)) > 0) {
      throw new IllegalArgumentException(
          "scrubInterval=" + scrubInterval + ": must be between zero and ten years");
    }
    copy.scrubInterval = scrubInterval;
    return copy;
  }

  /**
   * How many bytes a second the scrub reads at most, from 1 KiB. Default: 8 MiB, less than a
   * hundredth of what a solid-state disk delivers; 100 GiB take three and a half hours then.
   */
  public StoreOptions withScrubBytesPerSecond(long scrubBytesPerSecond) {
    StoreOptions copy = new StoreOptions(this);
    copy.scrubBytesPerSecond =
        within("scrubBytesPerSecond", scrubBytesPerSecond, KIB, Long.MAX_VALUE);
    return copy;
  }

  /** Who is told of problems as they are found. Default: nobody; they are logged in any case. */
  public StoreOptions withProblemListener(ProblemListener problemListener) {
    StoreOptions copy = new StoreOptions(this);
    copy.problemListener = Objects.requireNonNull(problemListener, "problemListener");
    return copy;
  }

  /** See {@link #withCreateIfMissing}. */
  public boolean createIfMissing() {
    return createIfMissing;
  }

  /** See {@link #withSalvage}. */
  public boolean salvage() {
    return salvage;
  }

  /** See {@link #withJournalSegmentBytes}. */
  public long journalSegmentBytes() {
    return journalSegmentBytes;
  }

  /** See {@link #withBlockBytes}. */
  public int blockBytes() {
    return blockBytes;
  }

  /** See {@link #withTableBytes}. */
  public long tableBytes() {
    return tableBytes;
  }

  /** See {@link #withLevelBaseBytes}. */
  public long levelBaseBytes() {
    return levelBaseBytes;
  }

  /** See {@link #withBlockCacheBytes}. */
  public long blockCacheBytes() {
    return blockCacheBytes;
  }

  /** See {@link #withFilterBitsPerKey}. */
  public int filterBitsPerKey() {
    return filterBitsPerKey;
  }

  /** See {@link #withCompression}. */
  public Compression compression() {
    return compression;
  }

  /** See {@link #withSyncInterval}. */
  public Duration syncInterval() {
    return syncInterval;
  }

  /** See {@link #withScrubInterval}. */
  public Duration scrubInterval() {
    return scrubInterval;
  }

  /** See {@link #withScrubBytesPerSecond}. */
  public long scrubBytesPerSecond() {
    return scrubBytesPerSecond;
  }

  /** See {@link #withProblemListener}. */
  public ProblemListener problemListener() {
    return problemListener;
  }

  EngineOptions toEngineOptions() {
    ProblemListener listener = problemListener;
    Codec codec =
        switch (compression) {
          case NONE -> Codec.NONE;
          case LZ4 -> Codec.LZ4;
        };
    return new EngineOptions(
        createIfMissing,
        salvage,
        journalSegmentBytes,
        blockCacheBytes,
        syncInterval.toNanos(),
        scrubInterval.toNanos(),
        scrubBytesPerSecond,
        problem -> listener.onProblem(StoreReports.problem(problem)),
        new TableOptions(blockBytes, RESTART_INTERVAL, filterBitsPerKey, codec),
        CompactionPolicy.defaults()
            .withTargetTableBytes(tableBytes)
            .withLevelBaseBytes(levelBaseBytes));
  }

  private static long within(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + "=" + value + ": must be between " + min + " and " + max);
    }
    return value;
  }
}
