package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class EntryRefTest {

  private static final class Block extends RefCounted {
    @Override
    protected void free() {}
  }

  @Test
  void set_isSeen() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(100);
      EntryRef entry = new EntryRef();
      entry.set(SequenceNumber.trailer(77, ValueKind.PUT.code()), memory, 5, 10);
      assertEquals(memory, entry.segment());
      assertEquals(5, entry.offset());
      assertEquals(10, entry.length());
      assertEquals(77, SequenceNumber.sequence(entry.trailer()));
      assertEquals(ValueKind.PUT.code(), entry.kindCode());
      entry.release();
    }
  }

  @Test
  void pin_isReleasedOnce() {
    Block block = new Block();
    EntryRef entry = new EntryRef();
    entry.set(1, MemorySegment.NULL, 0, 0);
    block.acquire();
    entry.pin(block);
    assertEquals(2, block.references());
    entry.release();
    entry.release();
    assertEquals(1, block.references());
  }

  @Test
  void set_whileTheLastEntryIsHeld() {
    Block block = new Block();
    EntryRef entry = new EntryRef();
    entry.pin(block);
    assertThrows(AssertionError.class, () -> entry.set(1, MemorySegment.NULL, 0, 0));
    assertThrows(AssertionError.class, () -> entry.pin(block));
    entry.release();
    entry.set(1, MemorySegment.NULL, 0, 0);
  }
}
