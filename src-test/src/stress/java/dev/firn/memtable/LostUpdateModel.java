package dev.firn.memtable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * A mistake that the model checker must find, in memory off the heap: a link that is read and then
 * set without a look at what it is by then. If it does not, it is blind for the skip list's links.
 */
public class LostUpdateModel {

  private static final int BYTES = 1024;
  private static final int UNIT = 8;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, UNIT);

  /** Sets the link one further; returns what it was. */
  @Operation
  public long advance() {
    long seen = Node.link(memory, NodeAllocator.HEAD, 0);
    Node.setLink(memory, NodeAllocator.HEAD, 0, seen + UNIT);
    return seen;
  }
}
