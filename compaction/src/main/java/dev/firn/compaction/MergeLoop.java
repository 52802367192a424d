package dev.firn.compaction;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
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

  private final CompactionEnvironment environment;
  private final TreeCatalogue trees;
  private final Retention retention;
  private final @Nullable OlderTables older;
  private final MergeOutput output;
  private final MemorySegment lastKey;
  private int lastKeyLength = -1;
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
      @Nullable OlderTables older,
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
   * @throws CancellationException when the environment asks for it
   */
  void run(InternalCursor entries) {
    checkCancelled();
    for (boolean more = entries.first(); more; more = entries.next()) {
      copy(entries);
      entriesRead++;
      bytesSinceCheck += entries.keyLength() + entries.valueLength();
      if (entriesRead % ENTRIES_BETWEEN_CHECKS == 0 || bytesSinceCheck > BYTES_BETWEEN_CHECKS) {
        checkCancelled();
      }
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

  private void copy(InternalCursor entry) {
    MemorySegment key = entry.key();
    long offset = entry.keyOffset();
    int length = entry.keyLength();
    if (!isLast(key, offset, length)) {
      remember(key, offset, length);
      retention.nextKey();
      keyIsOut = false;
    }
    if (!isLive(StoreKey.tree(key, offset))) {
      return;
    }
    long trailer = entry.trailer();
    switch (retention.judge(trailer)) {
      case DROP -> {}
      case KEEP -> write(entry, trailer);
      case KEEP_LAST -> {
        if (!isBottom(key, offset, length)) {
          write(entry, trailer);
        } else if (SequenceNumber.kindCode(trailer) != ValueKind.DELETE.code()) {
          write(entry, SequenceNumber.trailer(0, SequenceNumber.kindCode(trailer)));
        }
      }
    }
  }

  private boolean isBottom(MemorySegment key, long offset, int length) {
    OlderTables tables = older;
    return tables != null && !tables.mayContain(key, offset, length);
  }

  private void write(InternalCursor entry, long trailer) {
    if (!keyIsOut) {
      keyIsOut = true;
      output.nextKey(entry.key(), entry.keyOffset(), entry.keyLength());
    }
    output.add(entry, trailer);
    entriesWritten++;
  }

  private boolean isLast(MemorySegment key, long offset, int length) {
    return length == lastKeyLength
        && KeyOrder.compare(lastKey, 0, lastKeyLength, key, offset, length) == 0;
  }

  private void remember(MemorySegment key, long offset, int length) {
    MemorySegment.copy(key, offset, lastKey, 0, length);
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
