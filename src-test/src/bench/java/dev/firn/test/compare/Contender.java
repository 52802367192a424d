package dev.firn.test.compare;

import dev.firn.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rocksdb.CompressionType;

/** The stores under comparison, and how each is opened. */
enum Contender {
  /** Firn with its default options. */
  FIRN("Firn") {
    @Override
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new FirnAdapter(folder, synced, Compression.NONE);
    }
  },
  /** Firn with compressed tables. */
  FIRN_LZ4("Firn, LZ4") {
    @Override
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new FirnAdapter(folder, synced, Compression.LZ4);
    }
  },
  /** RocksDB with compressed tables, as it is commonly run. */
  ROCKSDB("RocksDB, LZ4") {
    @Override
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new RocksAdapter(folder, synced, CompressionType.LZ4_COMPRESSION);
    }
  },
  /** RocksDB without compression. */
  ROCKSDB_NONE("RocksDB") {
    @Override
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new RocksAdapter(folder, synced, CompressionType.NO_COMPRESSION);
    }
  },
  /** LMDB, which does not compress. */
  LMDB("LMDB") {
    @Override
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new LmdbAdapter(folder, synced, settings.userBytes());
    }

    /** The buffer proxy writes fields of buffers. */
    @Override
    List<String> jvmArguments() {
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
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new LeveldbAdapter(folder, synced);
    }

    /** It unmaps files with a method that the JVM warns of. */
    @Override
    List<String> jvmArguments() {
      return List.of("--sun-misc-unsafe-memory-access=allow");
    }
  },
  /** H2's storage engine. */
  H2("H2 MVStore") {
    @Override
    StoreAdapter open(Path folder, boolean synced, Settings settings) {
      return new MvStoreAdapter(folder, synced);
    }
  };

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /** Opens a store in an empty folder. */
  abstract StoreAdapter open(Path folder, boolean synced, Settings settings);

  /** The JVM arguments of this contender alone. */
  List<String> jvmArguments() {
    return List.of();
  }

  /** The name in tables. */
  String title() {
    return title;
  }

  /** The name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Contender of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
