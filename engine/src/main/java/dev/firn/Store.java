package dev.firn;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.RealFileSystem;
import dev.firn.engine.Engine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An embedded key-value store: a folder with named {@link Tree}s, one journal, and one order of
 * commits.
 *
 * <pre>{@code
 * try (Store store = Store.open(Path.of("readings"))) {
 *   Tree tree = store.tree("by-sensor");
 *   tree.put(key, value);
 *   try (Cursor cursor = tree.cursor(KeyRange.prefix(sensor))) {
 *     for (boolean more = cursor.first(); more; more = cursor.next()) { ... }
 *   }
 * }
 * }</pre>
 *
 * <p><b>Threading.</b> Any number of threads may use a store, its trees and its snapshots. One
 * process at a time has a store open, once.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException}, {@link IllegalStateException} and {@link
 * NullPointerException} for mistakes of the caller; {@link dev.firn.error.FirnException}s for what
 * goes wrong with files. After a failure in the background or of a sync, writes throw {@link
 * dev.firn.error.StoreFailedException} with the first cause, and reads go on; reopening the store
 * brings back everything that was acknowledged as durable.
 */
public final class Store implements AutoCloseable {

  private static final int MAX_NAME_BYTES = 255;

  private final Path directory;
  private final Engine engine;
  private final ConcurrentHashMap<String, Tree> trees = new ConcurrentHashMap<>();

  private Store(Path directory, Engine engine) {
    this.directory = directory;
    this.engine = engine;
  }

  /** Opens a store with the default options; makes one if the folder is missing or empty. */
  public static Store open(Path directory) {
    return open(directory, StoreOptions.defaults());
  }

  /**
   * Opens a store.
   *
   * @throws dev.firn.error.StoreLockedException when it is already open, here or in another process
   * @throws dev.firn.error.CorruptionException when its files are damaged
   * @throws dev.firn.error.FormatVersionException when a newer release wrote it
   * @throws dev.firn.error.StorageException when the folder is not a store, or cannot be used
   */
  public static Store open(Path directory, StoreOptions options) {
    return open(directory, options, new RealFileSystem());
  }

  static Store open(Path directory, StoreOptions options, FileSystem files) {
    Objects.requireNonNull(directory, "directory");
    Path resolved = files.resolve(directory);
    return new Store(resolved, Engine.open(resolved, options.toEngineOptions(), files));
  }

  /** The store's folder, as an absolute path. */
  public Path directory() {
    return directory;
  }

  /**
   * The tree of this name; makes it, durably, if there is none.
   *
   * @param name 1 to 255 bytes in UTF-8
   * @throws dev.firn.error.StorageException when there is none and 2^31 - 2 trees were made before;
   *     dropped ones count
   */
  public Tree tree(String name) {
    checkName(name);
    engine.checkOpen();
    Tree tree = trees.get(name);
    return tree != null
        ? tree
        : trees.computeIfAbsent(name, n -> new Tree(engine, n, engine.createTree(n)));
  }

  /** The names of all trees, sorted. */
  public List<String> trees() {
    engine.checkOpen();
    return engine.treeNames();
  }

  /**
   * Drops a tree with everything in it, durably; cursors that are open on it go on. Its space is
   * given back by later merges.
   *
   * @return whether there was one
   */
  public boolean dropTree(String name) {
    checkName(name);
    engine.checkOpen();
    boolean[] wasThere = new boolean[1];
    trees.compute(
        name,
        (n, tree) -> {
          wasThere[0] = tree == null ? engine.dropTree(n) : tree.drop(() -> engine.dropTree(n));
          return null;
        });
    return wasThere[0];
  }

  /** Applies a batch, {@link Durability#BUFFERED}. */
  public void write(WriteBatch batch) {
    write(batch, Durability.BUFFERED);
  }

  /** Applies a batch, all of it or nothing; an empty one does nothing. */
  public void write(WriteBatch batch, Durability durability) {
    boolean synced = Durability.isSynced(durability);
    engine.checkOpen();
    batch.checkWritable(engine);
    if (!batch.isEmpty()) {
      engine.commit(engine.session(), batch.record(), synced);
    }
  }

  /** This moment of all trees, to be read until it is closed. */
  public Snapshot snapshot() {
    engine.checkOpen();
    return new Snapshot(engine);
  }

  /** Writes what is in memory to tables; returns when that is done. */
  public void flush() {
    engine.flush();
  }

  /** Merges all tables into one sorted run; returns when that is done. */
  public void compact() {
    engine.compact();
  }

  /** Puts everything written so far on the device, as {@link Durability#SYNCED} does. */
  public void sync() {
    engine.sync();
  }

  /** Reads every byte of every live file from the device and checks it. */
  public VerifyReport verify() {
    return verify((done, total) -> {});
  }

  /** As {@link #verify()}, saying how far it has come. */
  public VerifyReport verify(Progress progress) {
    Objects.requireNonNull(progress, "progress");
    return StoreReports.verify(engine, progress);
  }

  /**
   * What is known to be wrong: why the store takes no more writes if so, damage that readers,
   * merges, {@link #verify} or {@link #scrub} found, failures in the background that did no harm.
   * {@link StoreOptions#withProblemListener} has the same told as it happens. Answers at any time,
   * of a closed store too.
   */
  public StoreHealth health() {
    return StoreReports.health(engine);
  }

  /**
   * Begins a pass of the background scrub now, unless one is under way: it reads every byte of the
   * tables and the manifest from the device, at the rate of {@link
   * StoreOptions#withScrubBytesPerSecond}, and checks it. Returns at once; what it finds is in
   * {@link #health}, and the listener is told.
   */
  public void scrub() {
    engine.scrub();
  }

  /** What the store holds and has done since it was opened. */
  public StoreStats stats() {
    return StoreReports.stats(engine);
  }

  /** What opening the store found in its journal. */
  public RecoveryReport recovery() {
    return StoreReports.recovery(engine);
  }

  /** Whether the store was not closed. */
  public boolean isOpen() {
    return engine.isOpen();
  }

  /**
   * Waits for the calls that are under way, writes what is in memory to tables, and closes the
   * store and everything it handed out: later calls on them throw {@link IllegalStateException}.
   * Idempotent.
   *
   * @throws dev.firn.error.FirnException when the last writes could not be put into tables; the
   *     store is closed all the same, and they are still in the journal
   */
  @Override
  public void close() {
    engine.close();
  }

  private static void checkName(String name) {
    Objects.requireNonNull(name, "name");
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name length=" + bytes + ": a tree's name must have 1 to " + MAX_NAME_BYTES + " bytes");
    }
  }
}
