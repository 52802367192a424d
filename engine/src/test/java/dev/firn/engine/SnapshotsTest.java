package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

  private final AtomicLong visible = new AtomicLong(5);
  private final Snapshots snapshots = new Snapshots(visible::get, () -> 0);

  @Test
  void close_ofOneOfTwoEqualOnes_keepsTheOther() {
    OpenSnapshot one = snapshots.open();
    OpenSnapshot other = snapshots.open();
    assertEquals(one.sequence(), other.sequence());
    visible.set(9);
    snapshots.close(one);
    assertEquals(1, snapshots.count());
    assertArrayEquals(new long[] {5, 9}, snapshots.boundaries().sequences());
    assertTrue(one.isClosed());
    assertFalse(other.isClosed());
    assertEquals(5, other.getAsLong());
    assertThrows(IllegalStateException.class, one::getAsLong);
    snapshots.close(other);
    assertArrayEquals(new long[] {9}, snapshots.boundaries().sequences());
  }

  @Test
  void close_twice_closesOne() {
    OpenSnapshot one = snapshots.open();
    OpenSnapshot other = snapshots.open();
    visible.set(9);
    snapshots.close(one);
    snapshots.close(one);
    assertArrayEquals(new long[] {5, 9}, snapshots.boundaries().sequences());
    assertEquals(5, other.getAsLong());
  }

  @Test
  void boundaries_areAscendingAndDistinct() {
    OpenSnapshot first = snapshots.open();
    visible.set(7);
    snapshots.open();
    assertArrayEquals(new long[] {5, 7}, snapshots.boundaries().sequences());
    visible.set(8);
    assertArrayEquals(new long[] {5, 7, 8}, snapshots.boundaries().sequences());
    assertEquals(5, first.sequence());
    assertEquals(2, snapshots.count());
  }
}
