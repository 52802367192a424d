package dev.firn.memtable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * A bug that the model checker must find, in memory off the heap: a link is read and then set
 * without a check of its present value. If the checker misses it, it cannot see the skip list's
 * links.
 */
public class LostUpdateModel {

  private static final int BYTES = 1024;
  private static final int UNIT = 8;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, UNIT);

  /** Advances the link; returns its old value. */
  @Operation
  public long advance() {
    long seen = Node.link(memory, NodeAllocator.HEAD, 0);
    Node.setLink(memory, NodeAllocator.HEAD, 0, seen + UNIT);
    return seen;
  }
}
