package dev.firn.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StoreFailedException;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.TableResidency;
import dev.firn.sstable.ValueFile;
import dev.firn.version.ManifestLog.Extent;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.TreeDropped;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a store: the current version, its change by edits, and the manifest that makes
 * edits durable.
 *
 * <p><b>Numbers.</b> Tables, journal segments and manifests share one sequence of file numbers. No
 * number is used twice: after a crash, numbering continues after the largest number that the
 * manifest or a file name shows.
 *
 * <p><b>Failure.</b> When writing the manifest fails, the edit may be on the device or not: {@link
 * #apply} throws, and every later call throws {@link StoreFailedException}. The files that the edit
 * adds or removes must stay until the store is opened again and recovery finds the edit or not.
 *
 * <p><b>Threading.</b> Any thread. {@code editing} serialises {@link #apply} and is held while
 * files are written; {@code mutex} guards the current version, is held briefly, and is acquired
 * last.
 *
 * <p><b>Ownership.</b> Holds the current version; {@link #close} releases it. Open tables live as
 * long as a version that contains them is held.
 */
public final class VersionSet implements AutoCloseable {

  private final FileSystem fs;
  private final Path directory;
  private final PendingOutputs pendingOutputs;
  private final TableResidency residency;
  private final long storeId;
  private final ManifestTail recoveredTail;
  private final AtomicLong nextNumber;
  private final RequiredJournal journal = new RequiredJournal();
  private final ReentrantLock editing = new ReentrantLock();
  private final ReentrantLock mutex = new ReentrantLock();

  @GuardedBy("editing")
  private final ManifestLog log;

  @GuardedBy("mutex")
  private Version current;

  /** The last edit that was applied here; set with {@link #current}. */
  @GuardedBy("editing")
  private @Nullable VersionEdit applied;

  @GuardedBy("mutex")
  private boolean closed;

  /** Starts with what recovery read. */
  private VersionSet(VersionSetRecovery recovery) {
    this.fs = recovery.fs();
    this.directory = recovery.directory();
    this.pendingOutputs =
        new PendingOutputs(recovery.fs(), directory, recovery.cache(), recovery.openingId());
    this.residency = recovery.cache().residency();
    this.storeId = recovery.storeId();
    this.recoveredTail = recovery.tail();
    this.nextNumber = recovery.nextNumber();
    this.log = new ManifestLog(recovery.fs(), directory, storeId, this::allocateNumber);
    this.current = recovery.first();
    current.adapt(residency);
  }

  /**
   * Reads the manifest of a store, or starts a new store. Tables are opened on first use. Nothing
   * in the folder changes before {@link #begin}.
   *
   * @param directory exists, and is locked by the caller
   * @param cache the cache that the tables use
   * @param cleaner unmaps tables and deletes their files; may run tasks in any thread
   * @param openingId a random number of this opening: the source of the ids of new tables, and the
   *     id of the store if it is created
   * @param createIfMissing whether to create a store if there is none
   * @throws dev.firn.error.CorruptionException when the manifest is damaged, or a table is missing
   * @throws dev.firn.error.FormatVersionException when a newer release wrote the manifest
   * @throws dev.firn.error.StorageException when there is no store and none may be created
   */
  public static VersionSet open(
      FileSystem fs,
      Path directory,
      BlockCache cache,
      Executor cleaner,
      long openingId,
      boolean createIfMissing) {
    VersionSetRecovery recovery = new VersionSetRecovery(fs, directory, cache);
    recovery.run(cleaner, openingId, createIfMissing);
    return new VersionSet(recovery);
  }

  /**
   * Starts writing: replaces the manifest by a new one and deletes tables, manifests and temporary
   * files that the manifest does not name. Journal segments stay. A crash may come after each of
   * these steps. Called once, before {@link #apply}.
   */
  public void begin() {
    begin(0);
  }

  /**
   * As {@link #begin()}.
   *
   * @param journalHead the newest journal segment that recovery keeps; 0 if it keeps none
   */
  public void begin(long journalHead) {
    editing.lock();
    try {
      Version before = checkedCurrent();
      StoreState state = before.state().withJournalHead(journalHead);
      Version next = before.next(state, pendingOutputs::take, this::valueFile);
      try {
        log.begin(state);
      } catch (Throwable e) {
        next.release();
        throw e;
      }
      journal.begin(state);
      mutex.lock();
      try {
        current = next;
      } finally {
        mutex.unlock();
      }
      before.release();
    } finally {
      editing.unlock();
    }
  }

  /**
   * Called after a journal segment was activated, which has no record yet. When this returns, the
   * manifest requires that segment, or an earlier one that recovery needs too, so that no folder
   * without a journal passes for the store. Segments name their predecessors, so one is enough.
   */
  public void requireJournal(long segment) {
    journal.activate(segment);
    if (journal.isNamedBy(state())) {
      return;
    }
    editing.lock();
    try {
      if (!checkedCurrent().state().requiresJournal()) {
        applyEditing(VersionEdit.of());
      }
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

  /** The tables that wait for the edit that adds them to a version. */
  public PendingOutputs pendingOutputs() {
    return pendingOutputs;
  }

  /** A number for a new file, never used before. */
  public long allocateNumber() {
    return nextNumber.getAndIncrement();
  }

  /**
   * Applies an edit: when this returns, the edit is on the device and the next version is current.
   *
   * <p>The folder is synced before the edit is written, which makes the names of new tables
   * durable; their content must be durable already. A table that the edit removes is deleted when
   * the last version that contains it is released.
   *
   * <p>After an error the same object may be applied again: it counts once.
   *
   * @throws IllegalArgumentException when the edit does not fit the current version, which stays
   *     current
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
  @SuppressWarnings("ReferenceEquality") // the very same edit
  private void applyEditing(VersionEdit edit) {
    Version before = checkedCurrent();
    if (edit == applied) {
      return; // an error came after it counted
    }
    VersionEdit numbered =
        journal.complete(before.state(), edit.with(new NextFileNumber(nextNumber.get())));
    StoreState state = before.state().apply(numbered);
    Version next = before.next(state, pendingOutputs::take, this::valueFile);
    try {
      log.append(before.state(), numbered);
    } catch (Throwable e) {
      next.release();
      throw e;
    }
    // At once and without another call: the edit counts, and the next one must be one of its state.
    mutex.lock();
    try {
      current = next;
      applied = edit;
    } finally {
      mutex.unlock();
    }
    try {
      try {
        ReplacedFiles.markObsolete(before, next, edit);
        next.adapt(residency);
      } finally {
        before.release();
      }
    } catch (OutOfMemoryError e) {
      // Who was told would apply the edit again. The next opening deletes what was not marked.
    }
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

  /** A value file of an edit: its flush has read all values. */
  private ValueFile valueFile(ValueFiles.File file) {
    return new ValueFile(fs, directory, file.number(), file.fileBytes(), file.shortest(), true);
  }

  /** As {@link #openTree}; a tree that exists keeps its settings. */
  public int createTree(String name) {
    OptionalInt known = trees().id(name);
    return known.isPresent() ? known.getAsInt() : openTree(name, TreeSettings.DEFAULTS);
  }

  /**
   * The id of the tree with this name, which has these settings when this returns; creates the
   * tree, durably, if there is none.
   *
   * @throws IllegalArgumentException when the name is empty, not Unicode, or longer than {@link
   *     TreeCatalogue#MAX_NAME_BYTES} bytes of UTF-8, or when the tree exists and cannot have these
   *     settings
   * @throws dev.firn.error.StorageException when no tree id is left
   */
  public int openTree(String name, TreeSettings settings) {
    TreeCatalogue.encodeName(name);
    editing.lock();
    try {
      VersionEdit edit = checkedCurrent().trees().opening(directory, name, settings);
      if (!edit.changes().isEmpty()) {
        applyEditing(edit);
      }
      return trees().id(name).orElseThrow();
    } finally {
      editing.unlock();
    }
  }

  /** Drops the tree with this name, durably; returns whether it existed. */
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

  /** Whether writing the manifest has failed, so that its content is unknown. */
  public boolean hasFailed() {
    editing.lock();
    try {
      return log.hasFailed();
    } finally {
      editing.unlock();
    }
  }

  /** The trees of the current version. */
  public TreeCatalogue trees() {
    return state().trees();
  }

  /** The state of the current version. */
  public StoreState state() {
    return held().state();
  }

  /** The current version, without a reference for the caller. */
  private Version held() {
    mutex.lock();
    try {
      return current;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Reads CURRENT and the manifest again and checks every byte. Edits are applied meanwhile.
   *
   * @return their length in bytes
   * @throws dev.firn.error.CorruptionException when they are not what was written
   */
  public long verify() {
    return new ManifestVerifier(fs, directory, this::extent).verify();
  }

  private @Nullable Extent extent() {
    editing.lock();
    try {
      return log.extent();
    } finally {
      editing.unlock();
    }
  }

  /** The random number that identifies the store. */
  long storeId() {
    return storeId;
  }

  /** What followed the last valid record of the manifest when the store was opened. */
  public ManifestTail recoveredTail() {
    return recoveredTail;
  }

  @GuardedBy("mutex")
  private void checkOpenLocked() {
    if (closed) {
      throw new IllegalStateException("the versions are closed");
    }
  }

  /** Closes the manifest and releases the current version. Idempotent. */
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
        pendingOutputs.close();
        held().release();
      }
    } finally {
      editing.unlock();
    }
  }
}
