package dev.firn.memtable;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a memtable, which can be turned to another one.
 *
 * <p>{@link #next} follows one link. {@link #prev} has no link to follow. It walks from the path:
 * the preceding nodes on every level, which the last search found. Each step back repairs the path
 * at the bottom, at the cost of a few links and no comparison of keys.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time; other threads insert meanwhile.
 */
public final class MemTableCursor extends InternalCursor {

  /** The count of steps forward after which {@link #prev} searches instead of walking. */
  private static final int NEAR = 16;

  private MemorySegment memory;
  private MemorySegment keys;
  private MemorySegment journal;
  private KeyNormalizer normalizer;
  private SkipList list;

  /** All its nodes are the current one or sort before it. */
  private final Splice path = new Splice();

  private int stepsFromPath;
  private long steps;
  private long node;

  MemTableCursor(
      MemorySegment memory,
      MemorySegment keys,
      MemorySegment journal,
      KeyNormalizer normalizer,
      SkipList list) {
    this.memory = memory;
    this.keys = keys;
    this.journal = journal;
    this.normalizer = normalizer;
    this.list = list;
  }

  /** Turns to another memtable; the cursor is then on no entry. */
  void turnTo(
      MemorySegment otherMemory,
      MemorySegment otherKeys,
      MemorySegment otherJournal,
      KeyNormalizer otherNormalizer,
      SkipList otherList) {
    setInvalid();
    memory = otherMemory;
    keys = otherKeys;
    journal = otherJournal;
    normalizer = otherNormalizer;
    list = otherList;
    path.clear();
  }

  @Override
  public boolean first() {
    stepsFromPath = NEAR;
    steps = 1;
    return moveTo(list.next(NodeAllocator.HEAD));
  }

  @Override
  public boolean last() {
    list.locateEnd(path);
    return moveToPath();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    list.locate(path, normalizer.normalize(key, offset, length), key, offset, length, trailer);
    stepsFromPath = 0;
    return moveTo(path.next(0));
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    list.locate(path, normalizer.normalize(key, offset, length), key, offset, length, trailer);
    return moveToPath();
  }

  @Override
  public boolean next() {
    assert isValid() : "next() on no entry";
    stepsFromPath++;
    steps++;
    return moveTo(list.next(node));
  }

  @Override
  public boolean prev() {
    assert isValid() : "prev() on no entry";
    if (stepsFromPath >= NEAR) {
      locateAgain();
    } else {
      list.predecessor(path, node);
    }
    return moveToPath();
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    long limit =
        before == null
            ? TreeKeyNormalizer.MAX_NORMALIZED
            : normalizer.normalize(before.key(), before.keyOffset(), before.keyLength());
    batch.append(this);
    while (!batch.isFull()) {
      long link = Node.link(memory, node, 0);
      if (Node.normalizedKey(link) >= limit) {
        return;
      }
      stepsFromPath++;
      steps++;
      moveTo(Node.target(link));
      batch.append(this);
    }
  }

  @Override
  public boolean keepsValuesOnNext() {
    return true;
  }

  @Override
  public boolean keepsValuesOnPrev() {
    return true;
  }

  @Override
  public void close() {
    setInvalid();
  }

  MemorySegment memory() {
    return memory;
  }

  MemorySegment journal() {
    return journal;
  }

  /** The count of steps forward, from before the first entry if the cursor moved no other way. */
  long steps() {
    return steps;
  }

  private void locateAgain() {
    int length = keyLength();
    long normalized = normalizer.normalize(keys, keyOffset(), length);
    list.locate(path, normalized, keys, keyOffset(), length, trailer());
  }

  private boolean moveToPath() {
    stepsFromPath = 0;
    long before = path.prev(0);
    return moveTo(before == NodeAllocator.HEAD ? 0 : before);
  }

  private boolean moveTo(long node) {
    this.node = node;
    if (node == 0) {
      return setInvalid();
    }
    setKey(keys, node + Node.KEY, Node.keyLength(memory, node), Node.trailer(memory, node));
    return setValue(journal, Node.valueOffset(memory, node), Node.valueLength(memory, node));
  }
}
