package dev.firn.test.compare.store;

import dev.firn.Compression;
import dev.firn.test.compare.store.RocksAdapter.Transactions;
import dev.firn.test.compare.workload.StoreAdapter;
import dev.firn.test.compare.workload.StoreSettings;
import java.util.List;
import java.util.Locale;
import org.rocksdb.CompressionType;

/** The stores under comparison, and how each is opened. */
public enum Contender {
  /** Firn with its default options. */
  FIRN("Firn") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new FirnAdapter(settings, Compression.AUTO);
    }
  },
  /** Firn with compressed tables. */
  FIRN_LZ4("Firn, LZ4") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new FirnAdapter(settings, Compression.LZ4);
    }
  },
  /** RocksDB with compressed tables, as it is commonly run; values from 4 KiB on are blobs. */
  ROCKSDB("RocksDB, LZ4") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new RocksAdapter(settings, CompressionType.LZ4_COMPRESSION, Transactions.NONE);
    }
  },
  /** RocksDB without compression. */
  ROCKSDB_NONE("RocksDB") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new RocksAdapter(settings, CompressionType.NO_COMPRESSION, Transactions.NONE);
    }
  },
  /** RocksDB as OptimisticTransactionDB: a commit finds out whether others have written. */
  ROCKSDB_OPTIMISTIC("RocksDB, LZ4, optimistic") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new RocksAdapter(settings, CompressionType.LZ4_COMPRESSION, Transactions.OPTIMISTIC);
    }
  },
  /** RocksDB as TransactionDB: transactions lock what they write. */
  ROCKSDB_PESSIMISTIC("RocksDB, LZ4, pessimistic") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new RocksAdapter(settings, CompressionType.LZ4_COMPRESSION, Transactions.PESSIMISTIC);
    }
  },
  /** LMDB, which does not compress. */
  LMDB("LMDB") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new LmdbAdapter(settings);
    }

    /** The buffer proxy writes fields of buffers. */
    @Override
    public List<String> jvmArguments() {
      return List.of(
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlmdbjava.disable.checks=true");
    }
  },
  /** LevelDB written in Java. */
  LEVELDB("LevelDB in Java") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new LeveldbAdapter(settings);
    }

    /** It unmaps files with a method that the JVM warns of. */
    @Override
    public List<String> jvmArguments() {
      return List.of("--sun-misc-unsafe-memory-access=allow");
    }
  },
  /** H2's storage engine. */
  H2("H2 MVStore") {
    @Override
    public StoreAdapter open(StoreSettings settings) {
      return new MvStoreAdapter(settings);
    }
  };

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /** Opens a store in an empty folder. */
  public abstract StoreAdapter open(StoreSettings settings);

  /** The JVM arguments of this contender alone. */
  public List<String> jvmArguments() {
    return List.of();
  }

  /** The name in tables. */
  public String title() {
    return title;
  }

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The contender of this name on the command line. */
  public static Contender of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
