package dev.firn.memtable;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * The skip list as a model checker runs it: {@link SkipListInserter}, {@link SkipList} and {@link
 * NodeAllocator}, in an array on the heap instead of an arena.
 *
 * <p>The checker does not see accesses to a memory segment. It takes each method of {@link Node}
 * for one step; all accesses to nodes are in those. So it runs other threads between any two of
 * them.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "height", gen = IntGen.class, conf = "1:3")
public class SkipListModel {

  private static final int KEY_BYTES = StoreKey.TREE_BYTES + 1;
  private static final int THREADS = 8;
  private static final int ARENA_WORDS = 512;

  private static final int SHORTCUTS = 16;
  private static final int SHORTCUT_WORDS = 18;

  private final MemorySegment memory = MemorySegment.ofArray(new long[ARENA_WORDS]);
  private final NodeAllocator allocator = new NodeAllocator(memory);
  private final SearchShortcuts shortcuts =
      new SearchShortcuts(MemorySegment.ofArray(new long[SHORTCUT_WORDS]), 0, SHORTCUTS);
  private final SkipList list = new SkipList(memory, shortcuts);
  private final SkipListInserter inserter = new SkipListInserter(memory, list);

  /** The count of entries of each thread, so that no two have the same sequence. */
  private final int[] inserted = new int[THREADS];

  /** Inserts an entry that is newer or older than those of other threads; returns its sequence. */
  @Operation
  public int insert(
      @Param(name = "key") int key,
      @Param(name = "height") int height,
      @Param(gen = ThreadIdGen.class) int thread) {
    int sequence = nextSequence(thread);
    long trailer = trailer(sequence);
    Splice place = inserter.acquire();
    inserter.seek(place, height, normalized(key), key(key), 0, KEY_BYTES, trailer);
    inserter.link(place, add(key, height, sequence), normalized(key), height);
    return sequence;
  }

  /** As {@link #insert}, for an entry of a batch. */
  @Operation
  public int insertOfBatch(
      @Param(name = "key") int key,
      @Param(name = "height") int height,
      @Param(gen = ThreadIdGen.class) int thread) {
    int sequence = nextSequence(thread);
    long trailer = trailer(sequence);
    BatchSearch batch = new BatchSearch();
    batch.add(normalized(key), 0);
    batch.run(memory, list);
    Splice place = inserter.acquire();
    inserter.seek(place, height, batch, 0, key(key), 0, KEY_BYTES, trailer);
    inserter.link(place, add(key, height, sequence), normalized(key), height);
    return sequence;
  }

  private int nextSequence(int thread) {
    return 1 + thread + THREADS * inserted[thread]++;
  }

  private long add(int key, int height, int sequence) {
    MemorySegment bytes = key(key);
    long node = allocator.allocate(KEY_BYTES, height);
    Node.init(memory, node, trailer(sequence), sequence, 0, bytes, 0, KEY_BYTES);
    return node;
  }

  private static long trailer(int sequence) {
    return SequenceNumber.trailer(sequence, ValueKind.PUT.code());
  }

  /**
   * The larger two keys have equal normalized keys: so the keys decide, as in the hardest case.
   */
  private static long normalized(int key) {
    return key == 1 ? 1 : 2;
  }

  /** The sequence of a key's newest entry, or 0. */
  @Operation
  public int newest(@Param(name = "key") int key) {
    long found = list.find(normalized(key), key(key), 0, KEY_BYTES, SequenceNumber.MAX_TRAILER);
    boolean same = (found & SkipList.SAME_KEY) != 0;
    return same ? (int) Node.valueOffset(memory, found - SkipList.SAME_KEY) : 0;
  }

  /** The sequence of the first entry at or after a key, as a cursor finds it; or 0. */
  @Operation
  public int seek(@Param(name = "key") int key) {
    Splice splice = new Splice();
    list.locate(splice, normalized(key), key(key), 0, KEY_BYTES, SequenceNumber.MAX_TRAILER);
    long next = splice.next(0);
    return next == 0 ? 0 : (int) Node.valueOffset(memory, next);
  }

  private static MemorySegment key(int key) {
    byte[] bytes = new byte[KEY_BYTES];
    bytes[KEY_BYTES - 1] = (byte) key;
    return MemorySegment.ofArray(bytes);
  }

  /** Every level is sorted and a subset of the one below; all but a key's newest are marked. */
  @Validate
  public void check() {
    int count = 0;
    for (int level = 0; level < Node.MAX_HEIGHT; level++) {
      long before = NodeAllocator.HEAD;
      for (long node; (node = Node.next(memory, before, level)) != 0; before = node) {
        count += level == 0 ? 1 : 0;
        checkPlace(before, node, level);
      }
    }
    if (count != allocator.entries()) {
      throw new AssertionError("linked=" + count + " inserted=" + allocator.entries());
    }
  }

  private void checkPlace(long before, long node, int level) {
    if (before != NodeAllocator.HEAD) {
      int order = key(before) - key(node);
      if (order > 0 || (order == 0 && sequence(before) <= sequence(node))) {
        throw new AssertionError("level " + level + " is not sorted");
      }
      if (order == 0 && level == 0 && !Node.isSuperseded(memory, node)) {
        throw new AssertionError("sequence " + sequence(node) + " is not marked");
      }
    }
    if (level > 0) {
      Splice splice = new Splice();
      MemorySegment key = key(key(node));
      long trailer = Node.trailer(memory, node);
      list.locate(splice, normalized(key(node)), key, 0, KEY_BYTES, trailer);
      long below = splice.next(level - 1);
      if (below != node) {
        throw new AssertionError("level " + level + " has a node that is not below");
      }
    }
  }

  private int key(long node) {
    return memory.get(ValueLayout.JAVA_BYTE, node + Node.KEY + KEY_BYTES - 1);
  }

  private int sequence(long node) {
    return (int) Node.valueOffset(memory, node);
  }
}
