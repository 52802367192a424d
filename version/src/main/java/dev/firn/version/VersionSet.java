package dev.firn.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Table;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The versions of a store: the current one, how it becomes the next, and the manifest that makes
 * that durable.
 *
 * <p><b>Numbers.</b> Tables, journals and manifests share one sequence of numbers, and no number is
 * given twice: after a crash it goes on behind the largest number that the manifest or a file's
 * name shows.
 *
 * <p><b>Failure.</b> When writing the manifest fails, nobody knows whether the edit is on the
 * device: {@link #apply} throws, and every later one throws {@link StoreFailedException}. The files
 * that the edit adds or removes must stay until the store is opened again, and that decides.
 *
 * <p><b>Threading.</b> Any thread. {@link #apply} is serialised by {@code editing}, which is held
 * while files are written; {@code mutex} guards the current version and is held for moments, last.
 *
 * <p><b>Ownership.</b> Holds the current version; {@link #close} lets go of it. Open tables live on
 * for as long as somebody holds a version with them.
 */
public final class VersionSet implements AutoCloseable {

  private final Path directory;
  private final PendingOutputs newTables;
  private final long storeId;
  private final ManifestTail recoveredTail;
  private final AtomicLong nextNumber;
  private final ReentrantLock editing = new ReentrantLock();
  private final ReentrantLock mutex = new ReentrantLock();

  @GuardedBy("editing")
  private final ManifestLog log;

  @GuardedBy("mutex")
  private Version current;

  @GuardedBy("mutex")
  private boolean closed;

  /** Takes over what recovery opened. */
  VersionSet(VersionSetRecovery recovery, Version first) {
    this.directory = recovery.directory();
    this.newTables = new PendingOutputs(recovery.fs(), directory, recovery.cache());
    this.storeId = recovery.storeId();
    this.recoveredTail = recovery.tail();
    this.nextNumber = recovery.nextNumber();
    this.log = new ManifestLog(recovery.fs(), directory, storeId, this::allocateNumber);
    this.current = first;
  }

  /**
   * Reads the versions of a store, or imagines those of a new one, and opens the tables. Nothing in
   * the folder is changed before {@link #begin}.
   *
   * @param directory exists, and is locked by the caller
   * @param cache the cache that the tables use
   * @param cleaner unmaps tables and deletes their files; may run things at once, on any thread
   * @param newStoreId the id if the store is made: a random number
   * @param createIfMissing whether a store may be made where there is none
   * @throws dev.firn.error.CorruptionException when the manifest is damaged, or a table is missing
   * @throws dev.firn.error.FormatVersionException when a newer release wrote the manifest
   * @throws dev.firn.error.StorageException when there is no store and none is to be made
   */
  public static VersionSet open(
      FileSystem fs,
      Path directory,
      BlockCache cache,
      Executor cleaner,
      long newStoreId,
      boolean createIfMissing) {
    return new VersionSetRecovery(fs, directory, cache).open(cleaner, newStoreId, createIfMissing);
  }

  /**
   * Begins to write: a new manifest takes the place of the old one, and tables, manifests and
   * temporary files that nothing names are deleted. Journals are left alone. Each change may be the
   * last before a crash. Called once, before {@link #apply}.
   */
  public void begin() {
    editing.lock();
    try {
      log.begin(checkedCurrent().state());
    } finally {
      editing.unlock();
    }
  }

  /** The current version, with one reference for the caller. */
  public Version current() {
    mutex.lock();
    try {
      checkOpenLocked();
      current.acquire();
      return current;
    } finally {
      mutex.unlock();
    }
  }

  /** Where tables wait for the edit that makes them part of a version. */
  public PendingOutputs newTables() {
    return newTables;
  }

  /** A number for a new file, never given before. */
  public long allocateNumber() {
    return nextNumber.getAndIncrement();
  }

  /**
   * Changes the current version: the edit is on the device when this returns, and in effect.
   *
   * <p>Before the edit is written the folder is synced, so that the names of new tables are
   * durable; their content must be. Tables that the edit removes are deleted when the last version
   * that has them is let go of.
   *
   * @throws IllegalArgumentException when the edit does not fit the current version; nothing
   *     happened
   */
  public void apply(VersionEdit edit) {
    editing.lock();
    try {
      applyEditing(edit);
    } finally {
      editing.unlock();
    }
  }

  @GuardedBy("editing")
  private void applyEditing(VersionEdit edit) {
    Version before = checkedCurrent();
    VersionEdit numbered = edit.with(new NextFileNumber(nextNumber.get()));
    StoreState state = before.state().apply(numbered);
    Version next = before.next(state, newTables::take);
    try {
      log.append(before.state(), numbered);
    } catch (Throwable e) {
      next.release();
      throw e;
    }
    markObsolete(before, edit);
    install(next);
    before.release();
  }

  @GuardedBy("editing")
  private Version checkedCurrent() {
    log.checkUsable();
    mutex.lock();
    try {
      checkOpenLocked();
      return current;
    } finally {
      mutex.unlock();
    }
  }

  private static void markObsolete(Version before, VersionEdit edit) {
    Set<Long> gone = new HashSet<>();
    edit.all(TableRemoved.class).forEach(removed -> gone.add(removed.number()));
    edit.all(TableAdded.class).forEach(added -> gone.remove(added.table().number()));
    if (!gone.isEmpty()) {
      for (Table table : before.tables()) {
        if (gone.contains(table.metadata().number())) {
          table.markObsolete();
        }
      }
    }
  }

  private void install(Version next) {
    mutex.lock();
    try {
      current = next;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * The id of the tree with this name; the tree is made, durably, when there is none.
   *
   * @throws IllegalArgumentException when the name is empty, not Unicode, or longer than {@link
   *     TreeCatalogue#MAX_NAME_BYTES} bytes of UTF-8
   * @throws StorageException when all ids were given; nothing happened
   */
  public int createTree(String name) {
    TreeCatalogue.encodeName(name);
    editing.lock();
    try {
      TreeCatalogue trees = checkedCurrent().trees();
      OptionalInt known = trees.id(name);
      if (known.isPresent()) {
        return known.getAsInt();
      }
      int id = trees.nextId();
      if (id > TreeCatalogue.MAX_ID) {
        String problem = "can have no more new trees: all ids up to %d were given, for good";
        throw new StorageException(directory, problem.formatted(TreeCatalogue.MAX_ID), null);
      }
      applyEditing(VersionEdit.of(new TreeCreated(id, name)));
      return id;
    } finally {
      editing.unlock();
    }
  }

  /** Drops the tree with this name, durably; returns whether there was one. */
  public boolean dropTree(String name) {
    editing.lock();
    try {
      OptionalInt known = checkedCurrent().trees().id(name);
      if (known.isPresent()) {
        applyEditing(VersionEdit.of(new TreeDropped(known.getAsInt())));
      }
      return known.isPresent();
    } finally {
      editing.unlock();
    }
  }

  /** Whether writing the manifest has failed, so that nobody knows what is in it. */
  public boolean hasFailed() {
    editing.lock();
    try {
      return log.hasFailed();
    } finally {
      editing.unlock();
    }
  }

  /** The trees there are now. */
  public TreeCatalogue trees() {
    return state().trees();
  }

  /** Everything the manifest says now. */
  public StoreState state() {
    mutex.lock();
    try {
      return current.state();
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Reads CURRENT and the manifest again, and checks every byte of them.
   *
   * @return how many bytes they have
   * @throws dev.firn.error.CorruptionException when they are not what was written
   */
  public long verify() {
    editing.lock();
    try {
      return log.verify();
    } finally {
      editing.unlock();
    }
  }

  /** The number that was drawn when the store was created. */
  public long storeId() {
    return storeId;
  }

  /** What stood behind the last edit when the store was opened. */
  public ManifestTail recoveredTail() {
    return recoveredTail;
  }

  @GuardedBy("mutex")
  private void checkOpenLocked() {
    if (closed) {
      throw new IllegalStateException("the versions are closed");
    }
  }

  /** Closes the manifest and lets go of the current version. Idempotent. */
  @Override
  public void close() {
    editing.lock();
    try {
      mutex.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
      } finally {
        mutex.unlock();
      }
      try {
        log.close();
      } finally {
        releaseCurrent();
      }
    } finally {
      editing.unlock();
    }
  }

  private void releaseCurrent() {
    Version last;
    mutex.lock();
    try {
      last = current;
    } finally {
      mutex.unlock();
    }
    newTables.close();
    last.release();
  }
}
