package dev.firn.memtable;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a memtable.
 *
 * <p>{@link #next} follows one link. {@link #prev} has no link to follow; it walks from the path,
 * the nodes before the current one on every level, which the last search left and each step back
 * repairs at the bottom: a few links a step and no comparison of keys.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time; others insert meanwhile.
 */
final class MemTableCursor extends InternalCursor {

  /** Steps forward after which the path is too far behind to walk from. */
  private static final int NEAR = 16;

  private final MemorySegment memory;
  private final MemorySegment keys;
  private final MemorySegment journal;
  private final KeyNormalizer hints;
  private final SkipList list;

  /** Every node in it is the current one or sorts before it. */
  private final Splice path = new Splice();

  private int stepsFromPath;
  private long steps;
  private long node;

  MemTableCursor(
      MemorySegment memory,
      MemorySegment keys,
      MemorySegment journal,
      KeyNormalizer hints,
      SkipList list) {
    this.memory = memory;
    this.keys = keys;
    this.journal = journal;
    this.hints = hints;
    this.list = list;
  }

  @Override
  public boolean first() {
    stepsFromPath = NEAR;
    steps = 1;
    return stand(list.next(NodeAllocator.HEAD));
  }

  @Override
  public boolean last() {
    list.locateEnd(path);
    return standOnPath();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    list.locate(path, hints.number(key, offset, length), key, offset, length, trailer);
    stepsFromPath = 0;
    return stand(path.next(0));
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    list.locate(path, hints.number(key, offset, length), key, offset, length, trailer);
    return standOnPath();
  }

  @Override
  public boolean next() {
    assert isValid() : "next() on no entry";
    stepsFromPath++;
    steps++;
    return stand(list.next(node));
  }

  @Override
  public boolean prev() {
    assert isValid() : "prev() on no entry";
    if (stepsFromPath >= NEAR) {
      locateAgain();
    } else {
      list.predecessor(path, node);
    }
    return standOnPath();
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    long limit =
        before == null
            ? TreeKeyNormalizer.MAX_NUMBER
            : hints.number(before.key(), before.keyOffset(), before.keyLength());
    batch.append(this);
    while (!batch.isFull()) {
      long link = Node.link(memory, node, 0);
      if (Node.number(link) >= limit) {
        return;
      }
      stepsFromPath++;
      steps++;
      stand(Node.target(link));
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

  /** How many steps forward were made; from before the first entry, if never another way. */
  long steps() {
    return steps;
  }

  private void locateAgain() {
    int length = keyLength();
    long number = hints.number(keys, keyOffset(), length);
    list.locate(path, number, keys, keyOffset(), length, trailer());
  }

  private boolean standOnPath() {
    stepsFromPath = 0;
    long before = path.prev(0);
    return stand(before == NodeAllocator.HEAD ? 0 : before);
  }

  private boolean stand(long node) {
    this.node = node;
    if (node == 0) {
      return setInvalid();
    }
    setKey(keys, node + Node.KEY, Node.keyLength(memory, node), Node.trailer(memory, node));
    return setValue(journal, Node.valueOffset(memory, node), Node.valueLength(memory, node));
  }
}
