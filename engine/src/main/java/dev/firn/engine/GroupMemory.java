package dev.firn.engine;

import dev.firn.core.KeyGroup;
import dev.firn.core.ReadMoment;
import dev.firn.memtable.BatchSearch;
import dev.firn.sstable.GroupSearch;
import org.jspecify.annotations.Nullable;

/**
 * What a call of {@link GroupReader} reads with; reused by later calls.
 *
 * <p><b>Threading.</b> Belongs to one call at a time, of the session's thread.
 */
final class GroupMemory {

  /** In the place of an index. */
  static final int NONE = -1;

  private final KeyGroup group = new KeyGroup();
  private final ReadMoment moment = new ReadMoment();
  private final GroupSearch tableSearch = new GroupSearch();
  private final BatchSearch memTableSearch = new BatchSearch();
  private @Nullable MergeMemory mergeMemory;

  /** The index of the group's first key among the keys of the call. */
  private int first;

  /** What the consumer of the values threw. */
  private @Nullable RuntimeException consumerFailure;

  /** Releases what the last call found. Idempotent. */
  void clear() {
    group.clear();
    tableSearch.clear();
    consumerFailure = null;
  }

  /** Begins a group with the key at an index. */
  KeyGroup begin(int index) {
    group.clear();
    first = index;
    return group;
  }

  KeyGroup group() {
    return group;
  }

  ReadMoment moment() {
    return moment;
  }

  int first() {
    return first;
  }

  /** The memory for values that operands make. */
  MergeMemory mergeMemory() {
    MergeMemory known = mergeMemory;
    if (known == null) {
      known = new MergeMemory();
      mergeMemory = known;
    }
    return known;
  }

  GroupSearch tableSearch() {
    return tableSearch;
  }

  BatchSearch memTableSearch() {
    return memTableSearch;
  }

  void setConsumerFailure(RuntimeException thrown) {
    consumerFailure = thrown;
  }

  boolean isConsumerFailure(Throwable thrown) {
    return thrown.equals(consumerFailure);
  }

  /** The index of the key whose search has failed, or {@link #NONE}. */
  int failedIndex() {
    int key = tableSearch.failedKey();
    return key == GroupSearch.NONE ? NONE : first + key;
  }
}
