package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpareSegmentsTest {

  private static Spare spare(String name) {
    return new Spare(Path.of(name), null);
  }

  @Test
  void poll_recoveredOnesInTheirOrderFirst() {
    SpareSegments spares = new SpareSegments(List.of(Path.of("a"), Path.of("b")));
    spares.add(spare("retired"));
    spares.addFirst(spare("first"));
    assertEquals(spare("first"), spares.poll());
    assertEquals(spare("a"), spares.poll());
    assertEquals(spare("b"), spares.poll());
    assertEquals(spare("retired"), spares.poll());
    assertNull(spares.poll());
  }

  @Test
  void isFull_countsAllOfThem() {
    SpareSegments spares = new SpareSegments(List.of(Path.of("recovered")));
    for (int i = 1; i < SpareSegments.MAX_SPARES; i++) {
      assertFalse(spares.isFull());
      spares.add(spare("retired" + i));
    }
    assertTrue(spares.isFull());
    spares.forget();
    assertFalse(spares.isFull());
    assertNull(spares.poll());
  }

  @Test
  void endRound_returnsWhatWasIdleInTheRound() {
    SpareSegments spares = new SpareSegments(List.of());
    spares.add(spare("a"));
    spares.add(spare("b"));
    spares.add(spare("c"));
    assertEquals(List.of(), spares.endRound(), "added in this round");
    assertEquals(spare("a"), spares.poll());
    assertEquals(spare("b"), spares.poll());
    spares.add(spare("d"));
    spares.add(spare("e"));
    // The minimum count in this round was one.
    assertEquals(List.of(spare("e")), spares.endRound());
    assertEquals(spare("c"), spares.poll());
  }

  @Test
  void endRound_recoveredOnesAreKept() {
    SpareSegments spares = new SpareSegments(List.of(Path.of("recovered")));
    assertEquals(List.of(), spares.endRound());
    assertEquals(List.of(), spares.endRound());
    assertEquals(spare("recovered"), spares.poll());
  }

  @Test
  void takeRetired_leavesRecoveredOnes() {
    SpareSegments spares = new SpareSegments(List.of(Path.of("recovered")));
    spares.add(spare("a"));
    assertEquals(List.of(), spares.endRound());
    assertEquals(List.of(spare("a")), spares.takeRetired());
    assertEquals(List.of(), spares.endRound(), "not returned twice");
    assertEquals(spare("recovered"), spares.poll());
  }
}
