package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Examples; {@link KeyOrderTest} tests that prefixes keep the order. */
class KeyPrefixTest {

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private MemorySegment bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  private String prefix(String shared, String key) {
    MemorySegment s = bytes(shared);
    MemorySegment k = bytes(key);
    return String.format("%016x", KeyPrefix.of(s, 0, (int) s.byteSize(), k, 0, (int) k.byteSize()));
  }

  @Test
  void prefix_isTheBytesAfterTheSharedOnes() {
    assertEquals("3132333435363738", prefix("user", "user123456789"));
    assertEquals("3132000000000000", prefix("user", "user12"));
    assertEquals("0000000000000000", prefix("user", "user"));
    assertEquals("7573657231320000", prefix("", "user12"));
    assertEquals("0000000000000000", prefix("", ""));
  }

  @Test
  void prefix_ofKeysOutside() {
    assertEquals("0000000000000000", prefix("user", "use"));
    assertEquals("0000000000000000", prefix("user", "usea99999999"));
    assertEquals("0000000000000000", prefix("user", ""));
    assertEquals("ffffffffffffffff", prefix("user", "usez"));
    assertEquals("ffffffffffffffff", prefix("user", "v"));
    assertEquals("ffffffffffffffff", prefix("user", "\u00ff"));
  }
}
