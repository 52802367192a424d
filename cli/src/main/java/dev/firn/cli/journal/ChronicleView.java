package dev.firn.cli.journal;

import java.lang.foreign.MemorySegment;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;

/**
 * Memory as Chronicle {@code Bytes}, without a copy: a {@code PointerBytesStore} over the segment's
 * address. Little-endian, as Chronicle is on the machines that Firn runs on.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> Neither copies nor keeps the memory: the owner of the segment keeps it alive
 * until the view is closed. An access to released memory would crash the JVM, so a closed view
 * throws.
 */
final class ChronicleView implements AutoCloseable {

  /** Warns of a service that is not used here. The field keeps the logger from being collected. */
  private static final Logger CLEANER =
      Logger.getLogger("net.openhft.chronicle.core.internal.cleaner");

  static {
    CLEANER.setLevel(Level.OFF);
  }

  private final PointerBytesStore store = BytesStore.nativePointer();
  private final Bytes<?> bytes;
  private final long size;

  /** A view of native or mapped memory. */
  ChronicleView(MemorySegment memory) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("memory=" + memory + " is on the heap");
    }
    size = memory.byteSize();
    store.set(memory.address(), size);
    bytes = store.bytesForRead();
  }

  /** The size in bytes. */
  long size() {
    return size;
  }

  int u8(long offset) {
    return bytes.readUnsignedByte(checked(offset, Byte.BYTES));
  }

  int i32(long offset) {
    return bytes.readInt(checked(offset, Integer.BYTES));
  }

  String u32(long offset) {
    return Integer.toUnsignedString(i32(offset));
  }

  long i64(long offset) {
    return bytes.readLong(checked(offset, Long.BYTES));
  }

  /** Chronicle checks bounds with assertions only in places. */
  private long checked(long offset, int length) {
    if (offset < 0 || length > size - offset) {
      throw new IndexOutOfBoundsException("offset=" + offset + " length=" + length);
    }
    return offset;
  }

  @Override
  public void close() {
    bytes.releaseLast();
    store.releaseLast();
  }
}
