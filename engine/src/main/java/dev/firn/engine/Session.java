package dev.firn.engine;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.ReadMoment;
import dev.firn.wal.RecordBuffers;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects that one thread reuses to read and write without allocating: a key, a record, an
 * inserter, the entry found, the moment of the read, and a prediction for the next read.
 *
 * <p><b>Threading.</b> Belongs to one thread; {@link Engine#session} gives each thread its own.
 */
public final class Session {

  private final KeyBuffer key = new KeyBuffer();
  private final RecordBuilder record;
  private final RecordInserter inserter = new RecordInserter();
  private final EntryRef entry = new EntryRef();
  private final ReadMoment moment = new ReadMoment();
  private final HitPredictor predictor = new HitPredictor();
  private final List<GroupMemory> groupMemories = new ArrayList<>();
  private @Nullable MergeMemory mergeMemory;

  /** The count of calls of {@link GroupReader} that run, each in the consumer of the one before. */
  int groupDepth;

  Session(RecordBuffers buffers) {
    this.record = new RecordBuilder(buffers);
  }

  /** Sets the key to search for. */
  public Session key(int tree, MemorySegment userKey) {
    key.setStoreKey(tree, userKey);
    return this;
  }

  /** Sets the key to search for. */
  public Session key(int tree, byte[] userKey) {
    key.setStoreKey(tree, userKey);
    return this;
  }

  /** An empty record to be filled, committed and then {@link RecordBuilder#release}d. */
  public RecordBuilder newRecord() {
    record.clear();
    return record;
  }

  /** The key to search for. */
  public KeyBuffer key() {
    return key;
  }

  RecordInserter inserter() {
    return inserter;
  }

  EntryRef entry() {
    return entry;
  }

  /** The moment of the read of a key. */
  ReadMoment moment() {
    return moment;
  }

  HitPredictor predictor() {
    return predictor;
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

  /** The memory of a call at a depth. */
  GroupMemory groupMemory(int depth) {
    while (groupMemories.size() <= depth) {
      groupMemories.add(new GroupMemory());
    }
    return groupMemories.get(depth);
  }
}
