package dev.firn.test.jmh;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A journal record of one put, 16 bytes of key and 100 of value, appended to a mapped file of 64
 * MiB: by FFM and by Chronicle {@code Bytes}.
 *
 * <p>Each uses its fastest way: the record is encoded in memory of the thread, checksummed there,
 * and copied to the map once. At the end of the file it starts over.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class JournalAppendBenchmark {

  private static final long FILE_BYTES = 64L << 20;
  private static final int HEADER_BYTES = 24;
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 100;
  private static final int RECORD_BYTES = 152;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Arena arena = Arena.ofShared();
  private final CRC32C crc = new CRC32C();
  private final Path file;
  private final MemorySegment map;
  private final MemorySegment key = arena.allocate(KEY_BYTES, 8);
  private final MemorySegment value = arena.allocate(VALUE_BYTES, 8);
  private final MemorySegment scratch = arena.allocate(RECORD_BYTES, 8);
  private final ByteBuffer scratchBuffer = scratch.asByteBuffer();

  private final PointerBytesStore scratchStore = view(scratch);
  private final PointerBytesStore keyStore = view(key);
  private final PointerBytesStore valueStore = view(value);
  private final Bytes<?> scratchBytes = scratchStore.bytesForWrite();
  private final Bytes<?> mapBytes;

  private long position;
  private long sequence;

  /** Creates the file. */
  public JournalAppendBenchmark() {
    try {
      file = Files.createTempFile("firn-jmh", ".journal");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        map = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES, arena);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    mapBytes = view(map).bytesForWrite();
  }

  private static PointerBytesStore view(MemorySegment segment) {
    PointerBytesStore view = BytesStore.nativePointer();
    view.set(segment.address(), segment.byteSize());
    return view;
  }

  /** Loads all pages. */
  @Setup
  public void setUp() {
    map.fill((byte) 1);
    value.fill((byte) 'v');
  }

  /** Deletes the file. */
  @TearDown
  public void tearDown() throws IOException {
    mapBytes.releaseLast();
    scratchBytes.releaseLast();
    arena.close();
    Files.delete(file);
  }

  private long advance() {
    position += RECORD_BYTES;
    if (position > FILE_BYTES - RECORD_BYTES) {
      position = 0;
    }
    return position;
  }

  private int checksum() {
    crc.reset();
    crc.update(scratchBuffer.limit(RECORD_BYTES).position(Integer.BYTES));
    return (int) crc.getValue();
  }

  /** By FFM, as the journal does. */
  @Benchmark
  public int ffm() {
    MemorySegment record = scratch;
    record.set(INT, 4, RECORD_BYTES);
    record.set(LONG, 8, ++sequence);
    record.set(INT, 16, 1);
    record.set(INT, 20, 0);
    record.set(ValueLayout.JAVA_BYTE, HEADER_BYTES, (byte) 1);
    record.set(ValueLayout.JAVA_BYTE, HEADER_BYTES + 1, (byte) (KEY_BYTES + 4));
    record.set(ValueLayout.JAVA_BYTE, HEADER_BYTES + 2, (byte) VALUE_BYTES);
    record.set(INT, HEADER_BYTES + 3, 1);
    MemorySegment.copy(key, 0, record, HEADER_BYTES + 7, KEY_BYTES);
    MemorySegment.copy(value, 0, record, HEADER_BYTES + 7 + KEY_BYTES, VALUE_BYTES);
    int checksum = checksum();
    record.set(INT, 0, checksum);
    MemorySegment.copy(record, 0, map, advance(), RECORD_BYTES);
    return checksum;
  }

  /** The same through Chronicle {@code Bytes}. */
  @Benchmark
  public int chronicle() {
    Bytes<?> record = scratchBytes;
    record.clear();
    record.writeInt(0);
    record.writeInt(RECORD_BYTES);
    record.writeLong(++sequence);
    record.writeInt(1);
    record.writeInt(0);
    record.writeByte((byte) 1);
    record.writeByte((byte) (KEY_BYTES + 4));
    record.writeByte((byte) VALUE_BYTES);
    record.writeInt(1);
    record.write(keyStore, 0L, (long) KEY_BYTES);
    record.write(valueStore, 0L, (long) VALUE_BYTES);
    record.writePosition(RECORD_BYTES);
    int checksum = checksum();
    record.writeInt(0, checksum);
    mapBytes.writePosition(advance());
    mapBytes.write(scratchStore, 0L, (long) RECORD_BYTES);
    return checksum;
  }
}
