package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Lz4TailTest {

  private static final int ROOM = 4096;

  /** Bytes that LZ4 compresses to sequences of all kinds, with a tail of random bytes. */
  private static byte[] content(Random random, int tail) {
    byte[] content = new byte[random.nextInt(3000) + tail];
    for (int at = 0; at < content.length - tail; at++) {
      boolean repeats = at > 40 && random.nextInt(100) > 0;
      content[at] = repeats ? content[at - 37] : (byte) random.nextInt();
    }
    for (int at = content.length - tail; at < content.length; at++) {
      content[at] = (byte) random.nextInt();
    }
    return content;
  }

  @Test
  void add_anyStream_isLongerAndEndsWithZeros() {
    Random random = new Random(7);
    try (Arena arena = Arena.ofConfined()) {
      for (int round = 0; round < 3000; round++) {
        byte[] content = content(random, random.nextInt(round % 3 == 0 ? 600 : 20));
        NativeBuffer raw = new NativeBuffer(arena, content.length + ROOM);
        NativeBuffer packed =
            new NativeBuffer(arena, Lz4.maxCompressedBytes(content.length) + ROOM);
        MemorySegment.copy(content, 0, raw.memory(), ValueLayout.JAVA_BYTE, 0, content.length);
        int length = Lz4.compress(raw.bytes().clear(), content.length, packed.bytes().clear());
        int more = 1 + random.nextInt(600);

        Lz4Tail tail = new Lz4Tail(packed.memory(), length);
        int zeros = tail.zeros(more);
        int longer = tail.longer(zeros);
        tail.add(zeros);

        String at = "round " + round;
        assertTrue(longer == more || longer == more + 1, at);
        NativeBuffer target = new NativeBuffer(arena, content.length + ROOM);
        boolean done =
            Lz4.decompress(
                packed.bytes().clear(),
                0,
                length + longer,
                target.bytes().clear(),
                content.length + zeros);
        assertTrue(done, at);
        MemorySegment found = target.memory().asSlice(0, content.length);
        assertEquals(-1, found.mismatch(MemorySegment.ofArray(content)), at);
        MemorySegment end = target.memory().asSlice(content.length, zeros);
        assertEquals(-1, end.mismatch(MemorySegment.ofArray(new byte[zeros])), at);
      }
    }
  }
}
