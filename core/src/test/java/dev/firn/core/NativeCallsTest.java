package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The native calls that do not concern files. */
class NativeCallsTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  void lowerPriority_lowersThisThreadAlone() throws Exception {
    int before = niceness();
    FutureTask<Integer> other =
        new FutureTask<>(
            () -> {
              NativeCalls.lowerPriority(2);
              NativeCalls.lowerPriority(1);
              return niceness();
            });
    Thread.ofPlatform().start(other);
    assumeTrue(before <= 16, "the tests have nearly the lowest priority themselves");
    assertEquals(before + (NativeCalls.isAvailable() ? 3 : 0), other.get());
    assertEquals(before, niceness());
  }

  @Test
  void anonymousMemory_isZeroAndFreedWithItsArena() {
    assumeTrue(NativeCalls.isAvailable());
    MemorySegment memory;
    try (Arena arena = Arena.ofShared()) {
      memory = Objects.requireNonNull(NativeCalls.anonymousMemory(3 << 20, arena));
      assertEquals(3 << 20, memory.byteSize());
      assertEquals(-1, memory.mismatch(arena.allocate(3 << 20)));
      memory.fill((byte) 7);
      assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, (3 << 20) - 1));
    }
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void anonymousMemory_ofMoreThanThereIs_isNull() {
    try (Arena arena = Arena.ofConfined()) {
      assertNull(NativeCalls.anonymousMemory(1L << 60, arena));
    }
  }

  /** The 19th field of a thread's stat file; the second field may have blanks. */
  private static int niceness() throws Exception {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(fields[16]);
  }
}
