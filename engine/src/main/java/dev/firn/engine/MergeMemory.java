package dev.firn.engine;

import dev.firn.core.HitPredictor;
import dev.firn.core.RefCounted;
import dev.firn.core.merge.OperandChain;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What reads of merged values use and reuse: the chain of operands, and memory for the value.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The memory is the garbage
 * collector's.
 */
final class MergeMemory {

  private static final int MIN_BYTES = 256;

  /** Larger memory is not kept for the next value. */
  private static final int MAX_KEPT_BYTES = 64 * 1024;

  /** A value, until it is released. */
  final class Value extends RefCounted {

    private final MemorySegment segment;
    private final int length;

    private Value(MemorySegment segment, int length) {
      this.segment = segment;
      this.length = length;
    }

    MemorySegment segment() {
      return segment;
    }

    int length() {
      return length;
    }

    @Override
    protected void free() {
      if (segment.byteSize() <= MAX_KEPT_BYTES) {
        spare = segment;
      }
    }
  }

  private final OperandChain chain = new OperandChain();
  private final HitPredictor predictor = new HitPredictor();

  /** Memory for the next value; null while a value is in it, or before the first one. */
  private @Nullable MemorySegment spare;

  OperandChain chain() {
    return chain;
  }

  /** Predicts how the searches for older entries end. */
  HitPredictor predictor() {
    return predictor;
  }

  /** A copy of a value, with a reference for the caller. */
  Value hold(byte[] bytes) {
    MemorySegment segment = spare;
    spare = null;
    if (segment == null || segment.byteSize() < bytes.length) {
      segment = Arena.ofAuto().allocate(Math.max(MIN_BYTES, bytes.length), Long.BYTES);
    }
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return new Value(segment, bytes.length);
  }
}
