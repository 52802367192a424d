package dev.firn.core.merge;

import dev.firn.core.file.FaultBarrier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operands of one key from the newest on, down to the entry that they change: a value, a
 * deletion, or nothing.
 *
 * <p>So that a long chain needs little memory, its operands are combined while it grows, if the
 * merger can do that. Each combination at least doubles what is combined, so that the bytes copied
 * are a small multiple of the operands' own, for operands that grow as well.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The operands are copied to the
 * heap.
 */
public final class OperandChain {

  /** Operands are combined from this count on. */
  private static final int MANY = 64;

  /** Bytes of an operand besides its own. */
  private static final int OVERHEAD_BYTES = 32;

  /** Newest first. */
  private List<byte[]> operands = new ArrayList<>();

  private long[] trailers = new long[MANY];
  private byte[] key = new byte[0];
  private @Nullable OperandMerger merger;
  private boolean combinable;
  private long bytes;

  /** The bytes after the last combination. */
  private long combinedBytes;

  /**
   * Begins a chain.
   *
   * @param userKey its key
   * @param keyMerger merges the operands; null if it is not known
   */
  public void begin(byte[] userKey, @Nullable OperandMerger keyMerger) {
    clear();
    key = userKey;
    merger = keyMerger;
    combinable = keyMerger != null;
  }

  /** Removes all operands. */
  public void clear() {
    operands.clear();
    bytes = 0;
    combinedBytes = 0;
    merger = null;
    combinable = false;
  }

  /** Adds an operand that is older than those before. */
  public void add(long trailer, MemorySegment memory, long offset, long length) {
    byte[] copy = new byte[Math.toIntExact(length)];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, copy, 0, copy.length);
    int at = operands.size();
    if (at == trailers.length) {
      trailers = Arrays.copyOf(trailers, 2 * at);
    }
    trailers[at] = trailer;
    operands.add(copy);
    bytes += copy.length + OVERHEAD_BYTES;
  }

  /** Whether it is time to {@link #combine}. */
  public boolean isLong() {
    return operands.size() > MANY && combinable && bytes >= 2 * combinedBytes;
  }

  /**
   * Makes one operand of all, if the merger can do that. It has the trailer of the newest.
   *
   * @throws RuntimeException or an error of the merger; then the operands stay as they are
   */
  public void combine() {
    OperandMerger by = merger;
    if (by == null || !combinable || operands.size() < 2) {
      return;
    }
    combinable = false; // until it has succeeded
    FaultBarrier.pass(); // makes the copies certain
    byte[] one = by.combine(key.clone(), oldestFirst());
    if (one != null) {
      List<byte[]> combined = new ArrayList<>();
      combined.add(one);
      operands = combined; // at once: an error before leaves all operands
      bytes = one.length + (long) OVERHEAD_BYTES;
      combinedBytes = bytes;
      combinable = true;
    }
  }

  /**
   * The value after the operands.
   *
   * @param value the value before; null if there is none
   * @throws RuntimeException of the merger
   */
  public byte[] apply(byte @Nullable [] value) {
    OperandMerger by = merger;
    if (by == null) {
      throw new IllegalStateException("the merge operator is not known");
    }
    FaultBarrier.pass(); // makes the copies certain
    byte[] result = by.apply(key.clone(), value, oldestFirst());
    if (result == null) {
      throw new NullPointerException("the merge operator returned null");
    }
    return result;
  }

  private List<byte[]> oldestFirst() {
    return List.copyOf(operands.reversed());
  }

  /** Whether the merger is known. */
  public boolean isMergerKnown() {
    return merger != null;
  }

  /** The count of operands. */
  public int size() {
    return operands.size();
  }

  /** An operand; 0 is the newest. */
  public byte[] operand(int index) {
    return operands.get(index);
  }

  /** The trailer of an operand; 0 is the newest. */
  public long trailer(int index) {
    return trailers[index];
  }

  /** The memory of the operands in bytes, about. */
  public long bytes() {
    return bytes;
  }
}
