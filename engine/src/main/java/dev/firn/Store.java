package dev.firn;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.RealFileSystem;
import dev.firn.engine.Engine;
import dev.firn.transaction.Level;
import dev.firn.transaction.Transactions;
import dev.firn.version.TreeCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * <p><b>Ownership.</b> A store owns files, mappings, memory outside the heap and threads, and
 * releases them in {@link #close}.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException}, {@link IllegalStateException} and {@link
 * NullPointerException} for mistakes of the caller; {@link dev.firn.error.FirnException}s for what
 * goes wrong with files. After a failure in the background or of a sync, writes throw {@link
 * dev.firn.error.StoreFailedException} with the first cause, and reads go on; reopening the store
 * brings back everything that was acknowledged as durable.
 */
public final class Store implements AutoCloseable {

  private final Path directory;
  private final Engine engine;
  private final OpenTrees trees;
  private final Transactions transactions;

  private Store(Path directory, Engine engine, StoreOptions options) {
    this.directory = directory;
    this.engine = engine;
    this.trees = new OpenTrees(engine);
    this.transactions = new Transactions(engine, options.maxTransactionAge());
  }

  /**
   * Opens a store with the default options; makes one if the folder is missing or empty.
   *
   * @throws dev.firn.error.FirnException as {@link #open(Path, StoreOptions)} does
   */
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
    Engine engine = Engine.open(resolved, EngineSettings.of(options), files);
    try {
      return new Store(resolved, engine, options);
    } catch (Throwable t) {
      engine.close();
      throw t;
    }
  }

  /** Returns the store's folder, as an absolute path. */
  public Path directory() {
    return directory;
  }

  /**
   * Returns the tree of this name, with the options that it has; makes it, durably, if there is
   * none. Two calls with one name return the same object.
   *
   * @param name 1 to 255 bytes in UTF-8
   * @throws IllegalArgumentException when the name is empty or longer, the tree is a {@link
   *     #multiTree multi tree}, or it has a merge operator and was not opened with it before
   * @throws dev.firn.error.StorageException when there is none and 2,147,483,646 trees were made
   *     before, dropped ones included
   */
  public Tree tree(String name) {
    checkName(name);
    engine.checkOpen();
    return trees.plain(name, null);
  }

  /**
   * Returns the tree of this name, as {@link #tree(String)} does, and gives it these options,
   * durably, if it is new or its time to live or its {@code minValueFileBytes} differs.
   *
   * @throws IllegalArgumentException when the tree exists and has another merge operator
   */
  public Tree tree(String name, TreeOptions options) {
    Objects.requireNonNull(options, "options");
    checkName(name);
    engine.checkOpen();
    return trees.plain(name, options);
  }

  /**
   * Returns the multi tree of this name, with the options that it has; makes it, durably, if there
   * is none. Two calls with one name return the same object.
   *
   * @param name 1 to 255 bytes in UTF-8
   * @throws IllegalArgumentException when the name is empty or longer, or the tree is a {@link
   *     #tree plain one}
   * @throws dev.firn.error.StorageException as {@link #tree(String)} does
   */
  public MultiTree multiTree(String name) {
    checkName(name);
    engine.checkOpen();
    return trees.multi(name, null);
  }

  /**
   * Returns the multi tree of this name, as {@link #multiTree(String)} does, and gives it these
   * options, durably, if it is new or its time to live differs.
   *
   * @throws IllegalArgumentException when the options have a merge operator or {@code
   *     minValueFileBytes}: values are kept as a part of keys
   */
  public MultiTree multiTree(String name, TreeOptions options) {
    Objects.requireNonNull(options, "options");
    checkName(name);
    engine.checkOpen();
    return trees.multi(name, options);
  }

  /** Returns the names of all trees, sorted. */
  public List<String> treeNames() {
    engine.checkOpen();
    return engine.treeNames();
  }

  /**
   * Drops a tree with everything in it, durably. Open cursors on it go on. Compactions free its
   * space later.
   *
   * @return whether there was one
   */
  public boolean dropTree(String name) {
    checkName(name);
    engine.checkOpen();
    return trees.drop(name);
  }

  /** Applies a batch, all of it or nothing, with {@link Durability#BUFFERED}. */
  public void write(WriteBatch batch) {
    write(batch, Durability.BUFFERED);
  }

  /**
   * Applies a batch, all of it or nothing; an empty batch does nothing.
   *
   * @throws IllegalArgumentException when a tree of the batch belongs to another store
   * @throws IllegalStateException when the store is closed, or a tree of the batch was dropped
   * @throws dev.firn.error.DiskFullException when there is no room for another journal segment; a
   *     later write succeeds when there is room
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  public void write(WriteBatch batch, Durability durability) {
    boolean synced = Durability.isSynced(durability);
    engine.checkOpen();
    batch.checkWritable(engine);
    if (!batch.isEmpty()) {
      engine.commit(engine.session(), batch.record(), synced);
    }
  }

  /**
   * Returns the present moment of all trees, to be read with {@link Tree#at} until it is closed.
   */
  public Snapshot snapshot() {
    engine.checkOpen();
    return new Snapshot(engine);
  }

  /** Begins a transaction with {@link Isolation#SNAPSHOT}. It must be closed. */
  public Transaction begin() {
    return begin(Isolation.SNAPSHOT);
  }

  /** Begins a transaction, which must be closed. */
  public Transaction begin(Isolation isolation) {
    Level level =
        switch (isolation) {
          case SNAPSHOT -> Level.SNAPSHOT;
          case SERIALIZABLE -> Level.SERIALIZABLE;
        };
    return begin(level);
  }

  private Transaction begin(Level level) {
    engine.checkOpen();
    return new Transaction(engine, transactions.begin(level));
  }

  /**
   * Begins a transaction that does not write. It is a {@link Snapshot} that {@link #read} and code
   * written for transactions can use; committing it does nothing.
   */
  public Transaction beginReadOnly() {
    return begin(Level.READ_ONLY);
  }

  /**
   * Begins a transaction while which no other writer commits: it never has a conflict, and is
   * serializable. It must be closed soon, because all other writes wait for it, those of {@link
   * Tree} too; writes of its own thread outside of it are refused. Reads go on.
   *
   * @param timeout how long to wait for other writers to end
   * @throws dev.firn.error.TransactionTimeoutException when the time is up; the message says which
   *     thread holds the right to write
   * @throws IllegalStateException when this thread has an exclusive transaction open
   */
  public Transaction beginExclusive(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    engine.checkOpen();
    return new Transaction(engine, transactions.beginExclusive(timeout));
  }

  /**
   * Runs a body in a transaction with {@link Isolation#SNAPSHOT} and commits it; after a conflict
   * again, up to 64 times, with growing pauses of up to 10 ms.
   *
   * @return what the last run of the body returned
   * @throws X what the body throws; nothing is written then, and it is not run again
   * @throws dev.firn.error.ConflictException when it has given up; the message says after how many
   *     tries
   */
  public <T extends @Nullable Object, X extends Exception> T update(TransactionBody<T, X> body)
      throws X {
    return update(Isolation.SNAPSHOT, body);
  }

  /** As {@link #update(TransactionBody)}, with another level of isolation. */
  public <T extends @Nullable Object, X extends Exception> T update(
      Isolation isolation, TransactionBody<T, X> body) throws X {
    Objects.requireNonNull(body, "body");
    return Retries.run(() -> begin(isolation), transactions::countRetry, body);
  }

  /** Runs a body, which must not write, in a transaction: all that it reads is of one moment. */
  public <T extends @Nullable Object, X extends Exception> T read(TransactionBody<T, X> body)
      throws X {
    Objects.requireNonNull(body, "body");
    try (Transaction transaction = beginReadOnly()) {
      return body.run(transaction);
    }
  }

  /**
   * Writes the memtables to tables; returns when that is done.
   *
   * @throws dev.firn.error.DiskFullException when there is no room for it now; nothing is lost, and
   *     the store tries again
   * @throws dev.firn.error.StorageException when a file cannot be written now, likewise
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  public void flush() {
    engine.flush();
  }

  /**
   * Flushes, and compacts all tables into one sorted run. When this returns, the space of deleted
   * and replaced entries is free again, except what open cursors and snapshots need. Tables that
   * are damaged, and what must stay above them, stay where they are.
   *
   * @throws dev.firn.error.DiskFullException when there is no room for it now; nothing is lost
   * @throws dev.firn.error.StorageException when a file cannot be written or read now, likewise
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  public void compact() {
    engine.compact();
  }

  /** Syncs everything written so far to the device, as {@link Durability#SYNCED} does. */
  public void sync() {
    engine.sync();
  }

  /** Reads every byte of every live file from the device, and checks it. */
  public VerifyReport verify() {
    return verify((done, total) -> {});
  }

  /**
   * Reads every byte of every live file from the device, and checks it.
   *
   * @param progress called now and then with the bytes done, on the calling thread
   */
  public VerifyReport verify(Progress progress) {
    Objects.requireNonNull(progress, "progress");
    return StoreReports.verify(engine, progress);
  }

  /**
   * Returns what is known to be wrong: the failure after which the store takes no more writes;
   * damage that readers, compactions, {@link #verify} or {@link #scrub} found; failures in the
   * background without consequences. {@link StoreOptions.Builder#problemListener} receives each of
   * them when it is found. May be called on a closed store.
   */
  public StoreHealth health() {
    return StoreReports.health(engine);
  }

  /**
   * Starts a background scrub now, unless one is running. It reads every byte of the tables and the
   * manifest from the device, at the rate of {@link StoreOptions.Builder#scrubBytesPerSecond}, and
   * checks it. Returns at once; {@link #health} and the problem listener show what it finds.
   */
  public void scrub() {
    engine.scrub();
  }

  /** Returns what the store holds, and what it has done since it was opened. */
  public StoreStats stats() {
    return StoreReports.stats(engine, transactions);
  }

  /** Returns what opening the store found in its journal. */
  public RecoveryReport recovery() {
    return StoreReports.recovery(engine);
  }

  /** Returns whether the store is open. */
  public boolean isOpen() {
    return engine.isOpen();
  }

  /**
   * Waits for running calls, writes the memtables to tables, and closes the store and everything
   * made from it: later calls on trees, snapshots and cursors throw {@link IllegalStateException}.
   * Open transactions end without a trace. Idempotent.
   *
   * @throws dev.firn.error.FirnException when the memtables could not be written to tables; the
   *     store is closed, and those writes are still in the journal
   * @throws IllegalStateException when a thread has had a key or value in place, as {@link
   *     Cursor#value} returns it, in a call of a channel for some seconds; the message names both.
   *     Everything else is closed, and another call closes the rest when that call has ended
   */
  @Override
  public void close() {
    transactions.close();
    engine.close();
  }

  @Override
  public String toString() {
    return "Store[" + directory + (isOpen() ? "]" : ", closed]");
  }

  private static void checkName(String name) {
    Objects.requireNonNull(name, "name");
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > TreeCatalogue.MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name length="
              + bytes
              + ": a tree's name must have 1 to "
              + TreeCatalogue.MAX_NAME_BYTES
              + " bytes");
    }
  }
}
