package dev.firn.core.file;

import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A barrier for accesses to mapped pages that the device could not deliver: it throws the {@link
 * InternalError} of every such access of this thread that precedes it, or passes.
 *
 * <p>Compiled code continues after such an access before the error is raised: a store is lost, and
 * the next store, which states that the first is complete, is executed; a load yields any value,
 * which is used. So a store into a mapped file is complete only after this barrier, and a loaded
 * value without a checksum may be used only after it.
 *
 * <p><b>Threading.</b> Concerns the calling thread alone.
 */
public final class FaultBarrier {

  /*
   * The JVM raises the error at the thread's next safepoint poll. Compiled code polls when a method
   * that was not inlined returns, and on the back edge of a loop, unless the compiler knows the
   * number of rounds. So this walks a list of unknown length. With three links the back edge is
   * taken even if the first round was peeled off.
   *
   * It costs 2 to 6 ns. With it, 50 of 50 lost stores of 8, 136 and 5000 bytes were raised in
   * place, in the interpreter, C1, C2, and with the Serial, Parallel, G1 and Z collectors; without
   * it none in C2, and loops that count to a volatile number lost theirs with Serial and Parallel.
   */

  private static final Link FIRST = new Link(new Link(new Link(null)));

  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

  /** The minimum size of a page. */
  static final long PAGE_BYTES = 4096;

  private static final long NONE = -1;

  private FaultBarrier() {}

  /** Throws the error of a preceding access, if there is one. */
  public static void pass() {
    for (Link link = FIRST; link != null; link = link.next) {
      // Only the back edge is needed.
    }
  }

  /** Loads a byte of each page between two offsets, and passes the barrier. */
  public static void loadPages(MemorySegment mapping, long from, long to) {
    for (long at = from & -PAGE_BYTES; at < to; at += PAGE_BYTES) {
      Prefetch.consume((byte) BYTE.getOpaque(mapping, at));
    }
    pass();
  }

  /**
   * Searches for a page that the device cannot deliver, because the error of an access does not
   * identify the page.
   *
   * @param deadline the {@link System#nanoTime} at which the search stops
   * @return the offset of the first such page, or -1
   */
  public static long lostPage(MemorySegment mapping, long deadline) {
    for (long at = 0; at < mapping.byteSize(); at += PAGE_BYTES) {
      try {
        loadPages(mapping, at, at + 1);
      } catch (InternalError e) {
        return at;
      }
      if (System.nanoTime() > deadline) {
        break;
      }
    }
    return NONE;
  }

  private static final class Link {

    /** Volatile, so that the compiler cannot assume the length of the list. */
    private volatile @Nullable Link next;

    Link(@Nullable Link next) {
      this.next = next;
    }
  }
}
