package dev.firn.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class BenchValuesTest {

  private final Arena arena = Arena.ofAuto();

  @Test
  void matches_itsKeyAndGenerationOnly() {
    BenchValues values = new BenchValues(100, 42, arena);
    MemorySegment value = arena.allocate(100);
    values.write(7, 3, value);
    assertTrue(values.matches(7, 3, 3, value, 100));
    assertTrue(values.matches(7, 2, 4, value, 100));
    assertFalse(values.matches(7, 4, 5, value, 100));
    assertFalse(values.matches(7, 1, 2, value, 100));
    assertFalse(values.matches(8, 3, 3, value, 100));
    assertFalse(values.matches(7, 3, 3, value, 99));
    assertFalse(values.matches(7, 3, 3, value, -1));
    value.set(ValueLayout.JAVA_BYTE, 99, (byte) 0);
    assertFalse(values.matches(7, 3, 3, value, 100));
  }

  @Test
  void matches_buffer() {
    for (int bytes : new int[] {8, 12, 16, 20, 100, 101}) {
      BenchValues values = new BenchValues(bytes, 42, arena);
      MemorySegment value = arena.allocate(bytes);
      values.write(7, 3, value);
      assertTrue(values.matches(7, 3, 3, value.asByteBuffer()));
      assertTrue(values.matches(7, 3, 3, value, bytes));
      assertFalse(values.matches(7, 4, 4, value.asByteBuffer()));
      assertFalse(values.matches(7, 3, 3, value.asSlice(1).asByteBuffer()));
      value.set(ValueLayout.JAVA_BYTE, bytes - 1L, (byte) 0);
      assertFalse(values.matches(7, 3, 3, value.asByteBuffer()));
      assertFalse(values.matches(7, 3, 3, value, bytes));
    }
  }

  @Test
  void write_compressesByAboutHalf() throws Exception {
    BenchValues values = new BenchValues(10_000, 42, arena);
    MemorySegment value = arena.allocate(10_000);
    values.write(1, 0, value);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    // Half of a piece repeats the other half, which LZ4 finds too.
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(compressed, deflater)) {
      out.write(value.toArray(ValueLayout.JAVA_BYTE));
    } finally {
      deflater.end();
    }
    assertEquals(0.47, compressed.size() / 10_000.0, 0.1);
  }
}
