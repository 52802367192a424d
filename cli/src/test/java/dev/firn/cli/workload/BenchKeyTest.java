package dev.firn.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BenchKeyTest {

  private final Arena arena = Arena.ofAuto();

  @Test
  void set_isDecimalAndCounts() {
    BenchKey key = new BenchKey(arena);
    assertEquals("0000000000001234", text(key.set(1234)));
    assertEquals("0000000000001234.", text(key.setMissing(1234)));
    key.set(1999);
    key.increment();
    assertEquals("0000000000002000", text(key.memory()));
    key.decrement();
    assertEquals("0000000000001999", text(key.memory()));
  }

  @Test
  void matches_buffer() {
    BenchKey key = new BenchKey(arena);
    assertTrue(key.matches(key.set(1234).asByteBuffer()));
    assertFalse(key.matches(key.setMissing(1234).asByteBuffer()));
  }

  private static String text(MemorySegment segment) {
    return new String(segment.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
  }
}
