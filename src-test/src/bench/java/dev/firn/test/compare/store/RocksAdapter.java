package dev.firn.test.compare.store;

import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.workload.StoreAdapter;
import dev.firn.test.compare.workload.StoreSettings;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.OptimisticTransactionDB;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.TransactionDB;
import org.rocksdb.TransactionDBOptions;
import org.rocksdb.UInt64AddOperator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB, tuned for the machine: filters, a cache that holds everything or a third of a limited
 * memory, larger write buffers, two background jobs, pipelined writes, large values in files of
 * their own; direct buffers, and options made once.
 */
final class RocksAdapter implements StoreAdapter {

  private static final long CACHE_BYTES = 4L << 30;
  private static final long WRITE_BUFFER_BYTES = 64L << 20;
  private static final int FILTER_BITS = 10;

  /** Values from this length on are in blob files. */
  private static final int MIN_BLOB_BYTES = 4 << 10;

  /** The part of a limited memory that the cache takes; the rest keeps compressed blocks. */
  private static final int CACHE_SHARE = 3;

  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache;
  private final BloomFilter filter = new BloomFilter(FILTER_BITS, false);
  private final UInt64AddOperator counters = new UInt64AddOperator();
  private final TransactionDBOptions transactionOptions = new TransactionDBOptions();
  private final Options options = new Options();
  private final WriteOptions writeOptions = new WriteOptions();
  private final ReadOptions readOptions = new ReadOptions();
  private final ReadOptions cursorOptions = new ReadOptions().setPinData(true);
  private final RocksDB db;

  /** What kind of transactions the database has. */
  enum Transactions {
    /** None; writes are pipelined. */
    NONE,
    OPTIMISTIC,
    /** A transaction locks what it writes. */
    PESSIMISTIC
  }

  RocksAdapter(StoreSettings settings, CompressionType compression, Transactions transactions) {
    cache = new LRUCache(Math.min(CACHE_BYTES, settings.memoryBytes() / CACHE_SHARE));
    options
        .setCreateIfMissing(true)
        .setCompressionType(compression)
        .setWriteBufferSize(WRITE_BUFFER_BYTES)
        .setMaxBackgroundJobs(2)
        .setEnablePipelinedWrite(transactions == Transactions.NONE)
        .setMergeOperator(counters)
        .setTableFormatConfig(
            new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter));
    if (settings.valueBytes() >= MIN_BLOB_BYTES) {
      options
          .setEnableBlobFiles(true)
          .setMinBlobSize(MIN_BLOB_BYTES)
          .setBlobCompressionType(compression)
          .setEnableBlobGarbageCollection(true);
    }
    writeOptions.setSync(settings.synced());
    String folder = settings.folder().toString();
    db = call(() -> open(transactions, folder));
  }

  private RocksDB open(Transactions transactions, String folder) throws RocksDBException {
    return switch (transactions) {
      case NONE -> RocksDB.open(options, folder);
      case OPTIMISTIC -> OptimisticTransactionDB.open(options, folder);
      case PESSIMISTIC -> TransactionDB.open(options, transactionOptions, folder);
    };
  }

  /** A call into RocksDB. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws RocksDBException;
  }

  private static <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(RocksDBException e) {
    return new IllegalStateException(e);
  }

  @Override
  public Client client(EntryMemory memory) {
    return new RocksClient(memory);
  }

  @Override
  public long settle() throws InterruptedException {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      db.flush(flush);
    } catch (RocksDBException e) {
      throw failed(e);
    }
    return awaitQuiet(this::activity);
  }

  /** Never equal twice while there is work. */
  private Object activity() {
    boolean busy =
        property("num-running-flushes") > 0
            || property("num-running-compactions") > 0
            || property("mem-table-flush-pending") > 0
            || property("compaction-pending") > 0;
    return busy ? new Object() : "idle";
  }

  private long property(String name) {
    return call(() -> db.getLongProperty("rocksdb." + name));
  }

  @Override
  public void close() {
    db.close();
    cursorOptions.close();
    readOptions.close();
    writeOptions.close();
    options.close();
    transactionOptions.close();
    counters.close();
    filter.close();
    cache.close();
  }

  private final class RocksClient implements Client {

    private final EntryMemory memory;
    private final BenchKey key;
    private final ByteBuffer keyBuffer;
    private final ByteBuffer missingBuffer;
    private final ByteBuffer valueBuffer;
    private final MemorySegment value;
    private final MemorySegment foundKey;
    private final ByteBuffer foundKeyBuffer;
    private final WriteBatch batch = new WriteBatch();
    private final List<ByteBuffer> keys = new ArrayList<>();
    private final List<ByteBuffer> values = new ArrayList<>();
    private final @Nullable RocksTransactions transactions;
    private final ByteBuffer one =
        ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1);
    private @Nullable RocksIterator iterator;

    RocksClient(EntryMemory memory) {
      this.memory = memory;
      this.key = memory.key();
      this.keyBuffer = key.memory().asByteBuffer();
      this.missingBuffer = memory.missing().asByteBuffer();
      this.value = memory.value();
      this.valueBuffer = value.asByteBuffer();
      this.foundKey = memory.foundKey();
      this.foundKeyBuffer = foundKey.asByteBuffer();
      this.transactions = RocksTransactions.of(db, writeOptions, readOptions);
    }

    @Override
    public EntryMemory memory() {
      return memory;
    }

    @Override
    public void put() {
      try {
        db.put(writeOptions, keyBuffer.clear(), valueBuffer.clear());
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void delete() {
      try {
        db.delete(writeOptions, keyBuffer.clear());
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void deleteRange(long from, long to) {
      byte[] begin = key.set(from).toArray(ValueLayout.JAVA_BYTE);
      byte[] end = key.set(to).toArray(ValueLayout.JAVA_BYTE);
      try {
        db.deleteRange(writeOptions, begin, end);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void addToBatch() {
      try {
        batch.put(keyBuffer.clear(), valueBuffer.clear());
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void writeBatch() {
      try {
        db.write(writeOptions, batch);
      } catch (RocksDBException e) {
        throw failed(e);
      }
      batch.clear();
    }

    @Override
    public boolean hasTransactions(boolean exclusive) {
      return transactions != null && !exclusive;
    }

    private RocksTransactions transactions() {
      if (transactions == null) {
        throw new UnsupportedOperationException("transactions");
      }
      return transactions;
    }

    @Override
    public void begin(boolean exclusive) {
      transactions().begin();
    }

    @Override
    public void putInTransaction() {
      try {
        transactions().put(keyBuffer.clear(), valueBuffer.clear());
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public int getForUpdate() {
      try {
        return transactions().getForUpdate(keyBuffer.clear(), valueBuffer.clear());
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public boolean commit() {
      try {
        return transactions().commit();
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public boolean hasCounters() {
      return true;
    }

    @Override
    public void count() {
      try {
        db.merge(writeOptions, missingBuffer.clear(), one.clear());
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public long counted() {
      ByteBuffer found = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      try {
        int length = db.get(readOptions, missingBuffer.clear(), found);
        return length == RocksDB.NOT_FOUND ? 0 : found.getLong(0);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public int get() {
      return get(keyBuffer);
    }

    @Override
    public boolean getAll(long[] numbers, Expected expected) {
      while (keys.size() < numbers.length) {
        keys.add(ByteBuffer.allocateDirect(BenchKey.BYTES));
        values.add(ByteBuffer.allocateDirect(valueBuffer.capacity()));
      }
      for (int i = 0; i < numbers.length; i++) {
        keys.get(i).clear().put(0, key.set(numbers[i]).asByteBuffer(), 0, BenchKey.BYTES);
        values.get(i).clear();
      }
      List<ByteBufferGetStatus> found =
          call(() -> db.multiGetByteBuffers(readOptions, keys, values));
      for (int i = 0; i < numbers.length; i++) {
        ByteBufferGetStatus each = found.get(i);
        if (each.status.getCode() != Status.Code.Ok
            || !expected.matches(numbers[i], each.value.position(0))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int getMissing() {
      return get(missingBuffer);
    }

    private int get(ByteBuffer key) {
      try {
        int length = db.get(readOptions, key.clear(), valueBuffer.clear());
        return length == RocksDB.NOT_FOUND ? ABSENT : length;
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public boolean seek() {
      RocksIterator open = iterator;
      if (open == null) {
        open = db.newIterator(cursorOptions);
        iterator = open;
      }
      open.seek(keyBuffer.clear());
      return open.isValid();
    }

    private RocksIterator iterator() {
      RocksIterator open = iterator;
      if (open == null) {
        throw new IllegalStateException("no iterator");
      }
      return open;
    }

    @Override
    public boolean next() {
      RocksIterator at = iterator();
      at.next();
      return at.isValid();
    }

    @Override
    public boolean prev() {
      RocksIterator at = iterator();
      at.prev();
      return at.isValid();
    }

    @Override
    public boolean standsOn(Expected expected, long number) {
      RocksIterator at = iterator();
      int keyLength = at.key(foundKeyBuffer.clear());
      int valueLength = at.value(valueBuffer.clear());
      return key.matches(foundKey, keyLength) && expected.matches(number, value, valueLength);
    }

    @Override
    public void closeCursor() {
      RocksIterator open = iterator;
      if (open != null) {
        iterator = null;
        open.close();
      }
    }

    @Override
    public void close() {
      closeCursor();
      if (transactions != null) {
        transactions.close();
      }
      batch.close();
    }
  }
}
