package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.core.merge.OperandMerger;
import dev.firn.version.TreeCatalogue;
import dev.firn.version.TreeSettings;
import dev.firn.wal.JournalTail;
import dev.firn.wal.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An open store without the API around it.
 *
 * <p><b>Threading.</b> Any number of threads; see docs/concurrency.md.
 *
 * <p><b>Ownership.</b> Owns everything the store holds: files, mappings, memory, threads.
 */
public final class Engine {

  private final EngineParts parts;
  private final ThreadLocal<Session> sessions;
  private final LongSupplier latest;
  private final Object closeLock = new Object();

  private volatile boolean open = true;

  private Engine(EngineParts parts) {
    this.parts = parts;
    this.latest = parts.visible::get;
    this.sessions = ThreadLocal.withInitial(() -> new Session(parts.recordBuffers));
  }

  /** Opens the store in a folder, or creates one there. */
  public static Engine open(Path directory, EngineOptions options, FileSystem files) {
    EngineParts parts = EngineParts.open(directory, options, files);
    try {
      return new Engine(parts);
    } catch (Throwable t) {
      EngineParts.closeQuietly(parts, t);
      throw t;
    }
  }

  /** The store's folder. */
  public Path directory() {
    return parts.directory;
  }

  /** Whether {@link #close} was not called. */
  public boolean isOpen() {
    return open;
  }

  /** Throws if the store is closed. */
  public void checkOpen() {
    if (!open) {
      throw StoreClosed.exception();
    }
  }

  /** The calling thread's session. */
  public Session session() {
    return sessions.get();
  }

  /** Reads single keys. */
  public PointReader reader() {
    return parts.reader;
  }

  /** Reads many keys at a time. */
  public GroupReader groupReader() {
    return parts.groupReader;
  }

  /**
   * Commits a record that has at least one entry. Returns when readers see it and, if {@code
   * synced}, when it is on the device.
   */
  public void commit(Session session, RecordBuilder record, boolean synced) {
    parts.committer.commit(record, session.inserter(), synced);
  }

  /**
   * As {@link #commit(Session, RecordBuilder, boolean)}, under a condition: if it has a {@link
   * CommitCondition#conflict} afterwards, nothing was written.
   */
  public void commit(
      Session session, RecordBuilder record, boolean synced, CommitCondition condition) {
    parts.committer.commit(record, session.inserter(), synced, false, condition);
  }

  /** As {@link #commit(Session, RecordBuilder, boolean)}, for the exclusive writer. */
  public void commitExclusive(Session session, RecordBuilder record, boolean synced) {
    parts.committer.commit(record, session.inserter(), synced, true, null);
  }

  /** What admits writers. */
  public WriterPermits permits() {
    return parts.committer.permits();
  }

  /** Runs a task in the background again and again, until the store is closed. */
  public void every(Duration interval, Runnable task) {
    long nanos = interval.toNanos();
    parts.maintenance.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** The newest sequence that readers see. */
  public long visibleSequence() {
    return parts.visible.get();
  }

  /**
   * A cursor over a range of a tree's keys.
   *
   * @param lower the first user key of the range
   * @param upper the first user key after the range, or null for the tree's end
   * @param sequence gives the sequence to read at, as an {@link OpenSnapshot} does; or {@link
   *     PointReader#LATEST}
   */
  public ScanCursor cursor(
      int tree, byte[] lower, byte @Nullable [] upper, @Nullable LongSupplier sequence) {
    return cursor(tree, lower, upper, sequence, null);
  }

  /**
   * As {@link #cursor(int, byte[], byte[], LongSupplier)}, with entries over those of the store.
   */
  public ScanCursor cursor(
      int tree,
      byte[] lower,
      byte @Nullable [] upper,
      @Nullable LongSupplier sequence,
      @Nullable ScanOverlay overlay) {
    ScanCursor cursor = parts.cursors.take();
    boolean opened = false;
    try {
      LongSupplier moment = sequence == null ? latest : sequence;
      cursor.open(parts.currentView, tree, lower, upper, moment, overlay);
      opened = true;
      return cursor;
    } finally {
      if (!opened) {
        parts.cursors.discard(cursor);
      }
    }
  }

  /** The clock by which entries expire. */
  public StoreClock clock() {
    return parts.clock;
  }

  KnownGaps gaps() {
    return parts.gaps;
  }

  /** Registers a snapshot of what is visible. */
  public OpenSnapshot openSnapshot() {
    return parts.snapshots.open();
  }

  /** Releases a snapshot. Idempotent. */
  public void closeSnapshot(OpenSnapshot snapshot) {
    parts.snapshots.close(snapshot);
  }

  /** The id of the tree of this name, which is created if it does not exist. */
  public int createTree(String name) {
    TreeSettings known = treeSettings(name);
    return openTree(name, known == null ? TreeSettings.DEFAULTS : known);
  }

  /**
   * The id of the tree of this name, which has these settings when this returns; it is created if
   * it does not exist.
   *
   * @throws IllegalArgumentException when the tree exists and cannot have these settings
   */
  public int openTree(String name, TreeSettings settings) {
    TreeCatalogue trees = parts.versions.trees();
    OptionalInt known = trees.id(name);
    if (known.isPresent() && trees.settings(known.getAsInt()).equals(settings)) {
      // A failed store can still be read.
      return known.getAsInt();
    }
    parts.health.check();
    try {
      return parts.versions.openTree(name, settings);
    } catch (Throwable t) {
      if (parts.versions.hasFailed()) {
        throw parts.health.fail("creating a tree", t);
      }
      throw t;
    }
  }

  /** Gives the merge operator of a tree, before the first read or write of one of its keys. */
  public void giveOperator(int tree, String name, OperandMerger operator) {
    parts.operators.give(tree, name, operator);
  }

  /** The settings of the tree of this name; null if there is none. */
  public @Nullable TreeSettings treeSettings(String name) {
    TreeCatalogue trees = parts.versions.trees();
    OptionalInt id = trees.id(name);
    return id.isPresent() ? trees.settings(id.getAsInt()) : null;
  }

  /** Drops a tree; returns whether it existed. */
  public boolean dropTree(String name) {
    parts.health.check();
    try {
      boolean dropped = parts.versions.dropTree(name);
      parts.compactor.wake();
      return dropped;
    } catch (Throwable t) {
      if (parts.versions.hasFailed()) {
        throw parts.health.fail("dropping a tree", t);
      }
      throw t;
    }
  }

  /** The names of the trees, sorted. */
  public List<String> treeNames() {
    return parts.versions.trees().names().stream().sorted().toList();
  }

  /** Writes the memtables to tables; returns when that is done. */
  public void flush() {
    checkOpen();
    parts.health.check();
    parts.generations.awaitFlushed(parts.rotation.freeze());
  }

  /**
   * Flushes, and compacts everything into one run; returns when that is done and the files that it
   * replaced are deleted, except those that open cursors read.
   */
  public void compact() {
    flush();
    parts.compactor.compactAll();
    parts.health.check();
    parts.cleanup.awaitDeletions(parts.currentView, parts.journal, parts.health);
  }

  /** Puts what is visible on the device. */
  public void sync() {
    checkOpen();
    parts.syncer.sync();
  }

  /** What the store holds and has done. */
  public EngineStats stats() {
    checkOpen();
    return parts.stats();
  }

  /** What is known to be wrong. Works on a closed store too. */
  public Health health() {
    return parts.health;
  }

  /** Begins a scrub in the background, unless one is running. */
  public void scrub() {
    checkOpen();
    parts.scrubber.request();
  }

  /** The progress of the scrub. */
  public Scrubber.Status scrubStatus() {
    return parts.scrubber.status();
  }

  /** What recovery found in the journal. */
  public JournalTail recovered() {
    return parts.tail;
  }

  /** The duration of opening. */
  public long openNanos() {
    return parts.openNanos;
  }

  /**
   * Reads and checks every byte of every live file.
   *
   * @param progress receives the bytes done and the total
   * @return the first damage, if any, and how much was read
   */
  public Verification verify(BytesProgress progress) {
    checkOpen();
    return new Verifier(parts.currentView, parts.versions, parts.health).verify(progress);
  }

  /**
   * Closes the store: refuses new calls, waits for running calls, flushes, and frees everything.
   * Idempotent; a second call waits for the first, and goes on where an error stopped it.
   */
  public void close() {
    open = false;
    synchronized (closeLock) {
      parts.close();
    }
  }
}
