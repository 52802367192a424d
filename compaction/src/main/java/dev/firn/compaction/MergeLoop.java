package dev.firn.compaction;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.version.TreeCatalogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Copies the entries of a cursor to tables, without those that nobody needs: of dropped trees,
 * versions that nobody can see, and deletions under which nothing lies.
 *
 * <p>The last version that anybody can see of a key under which nothing lies loses its sequence: it
 * gets 0, which every reader sees. Equal trailers take no room in a block, and a table whose
 * largest sequence is 0 is known to have nothing more to get rid of.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class MergeLoop {

  private static final int ENTRIES_BETWEEN_CHECKS = 1024;
  private static final long BYTES_BETWEEN_CHECKS = 1 << 20;

  private static final int BATCH_ENTRIES = 64;
  private static final int BATCH_KEY_BYTES = 64 * 1024;

  private final CompactionEnvironment environment;
  private final TreeCatalogue trees;
  private final Retention retention;
  private final @Nullable TombstoneElision older;
  private final MergeOutput output;
  private final EntryBatch batch = new EntryBatch(BATCH_ENTRIES);

  /** The last key of the batch before; no key is empty. */
  private final MemorySegment lastKey;

  private int lastKeyLength;
  private int lastTree;
  private boolean lastTreeIsLive;
  private boolean keyIsOut;
  private long entriesRead;
  private long entriesWritten;
  private long bytesSinceCheck;

  /**
   * @param older where something older may lie; null for anywhere
   */
  MergeLoop(
      CompactionEnvironment environment,
      Arena arena,
      TreeCatalogue trees,
      @Nullable TombstoneElision older,
      MergeOutput output) {
    this.environment = environment;
    this.trees = trees;
    this.retention = new Retention(environment.boundaries());
    this.older = older;
    this.output = output;
    this.lastKey = arena.allocate(StoreKey.MAX_BYTES);
  }

  /**
   * Copies everything.
   *
   * @param beforeBatch called before every {@value #BATCH_ENTRIES} entries
   * @throws CancellationException when the environment asks for it
   */
  void run(InternalCursor entries, Runnable beforeBatch) {
    checkCancelled();
    batch.setLimit(BATCH_ENTRIES, BATCH_KEY_BYTES);
    for (boolean more = entries.first(); more; more = entries.isValid() && entries.next()) {
      beforeBatch.run();
      batch.clear();
      entries.readForward(batch, null);
      for (int i = 0; i < batch.size(); i++) {
        copy(i);
        entriesRead++;
        bytesSinceCheck += batch.keyLength(i) + (long) batch.valueLength(i);
        if (entriesRead % ENTRIES_BETWEEN_CHECKS == 0 || bytesSinceCheck > BYTES_BETWEEN_CHECKS) {
          checkCancelled();
        }
      }
      int last = batch.size() - 1;
      remember(batch.key(last), batch.keyLength(last));
    }
    checkCancelled();
  }

  private void checkCancelled() {
    if (environment.isCancelled().getAsBoolean()) {
      throw new CancellationException("the merge was cancelled");
    }
    environment.progress().accept(bytesSinceCheck);
    bytesSinceCheck = 0;
  }

  private void copy(int entry) {
    if (!isLast(entry)) {
      retention.nextKey();
      keyIsOut = false;
    }
    MemorySegment key = batch.key(entry);
    int length = batch.keyLength(entry);
    if (!isLive(StoreKey.tree(key, 0))) {
      return;
    }
    long trailer = batch.trailer(entry);
    switch (retention.judge(trailer)) {
      case DROP -> {}
      case KEEP -> write(entry, key, length, trailer);
      case KEEP_LAST -> {
        if (!isBottom(key, length)) {
          write(entry, key, length, trailer);
        } else if (SequenceNumber.kindCode(trailer) != ValueKind.DELETE.code()) {
          int kind = SequenceNumber.kindCode(trailer);
          write(entry, key, length, SequenceNumber.trailer(0, kind));
        }
      }
    }
  }

  private boolean isBottom(MemorySegment key, int length) {
    TombstoneElision tables = older;
    return tables != null && !tables.mayContain(key, 0, length);
  }

  private void write(int entry, MemorySegment key, int keyLength, long trailer) {
    if (!keyIsOut) {
      keyIsOut = true;
      output.nextKey(key, 0, keyLength);
    }
    output.add(
        key,
        keyLength,
        trailer,
        batch.value(entry),
        batch.valueOffset(entry),
        batch.valueLength(entry));
    entriesWritten++;
  }

  /** Whether an entry has the key of the one before it. */
  private boolean isLast(int entry) {
    return entry > 0
        ? batch.isSameKey(entry, entry - 1)
        : batch.compareKey(0, lastKey, 0, lastKeyLength) == 0;
  }

  private void remember(MemorySegment key, int length) {
    MemorySegment.copy(key, 0, lastKey, 0, length);
    lastKeyLength = length;
  }

  private boolean isLive(int tree) {
    if (tree != lastTree || entriesRead == 0) {
      lastTree = tree;
      lastTreeIsLive = trees.contains(tree);
    }
    return lastTreeIsLive;
  }

  long entriesRead() {
    return entriesRead;
  }

  long entriesWritten() {
    return entriesWritten;
  }
}
