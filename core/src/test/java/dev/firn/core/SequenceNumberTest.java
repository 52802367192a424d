package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SequenceNumberTest {

  @Test
  void trailer_roundTrip() {
    for (long sequence : new long[] {0, 1, 255, 256, SequenceNumber.MAX - 1, SequenceNumber.MAX}) {
      for (int kind : new int[] {0, 1, 127, 128, 255}) {
        long trailer = SequenceNumber.trailer(sequence, kind);
        assertEquals(sequence, SequenceNumber.sequence(trailer));
        assertEquals(kind, SequenceNumber.kindCode(trailer));
      }
    }
  }

  @Test
  void trailer_sortsBySequenceFirst() {
    assertTrue(SequenceNumber.trailer(5, 255) < SequenceNumber.trailer(6, 0));
    assertEquals(SequenceNumber.MAX_TRAILER, SequenceNumber.trailer(SequenceNumber.MAX, 255));
    assertEquals(SequenceNumber.MIN_TRAILER, SequenceNumber.trailer(0, 0));
    assertTrue(
        Long.compareUnsigned(
                SequenceNumber.trailer(SequenceNumber.MAX >>> 1, 0),
                SequenceNumber.trailer(SequenceNumber.MAX, 0))
            < 0);
  }

  /** In the order of internal keys, the visible entries of a reader start at its seek trailer. */
  @Test
  void seekTrailer_isBetweenVisibleAndInvisible() {
    for (long sequence : new long[] {0, 1, 77, SequenceNumber.MAX - 1}) {
      long seek = SequenceNumber.seekTrailer(sequence);
      for (ValueKind kind : ValueKind.values()) {
        long seen = SequenceNumber.trailer(sequence, kind.code());
        long unseen = SequenceNumber.trailer(sequence + 1, kind.code());
        assertTrue(Long.compareUnsigned(seen, seek) <= 0);
        assertTrue(Long.compareUnsigned(unseen, seek) > 0);
      }
    }
  }

  /** On disk: never renumber. */
  @Test
  void kinds_haveTheirCodes() {
    assertEquals(0, ValueKind.DELETE.code());
    assertEquals(1, ValueKind.PUT.code());
    assertEquals(2, ValueKind.RANGE_DELETE.code());
    assertEquals(3, ValueKind.VALUE_REFERENCE.code());
    assertEquals(4, ValueKind.MERGE.code());
    for (int code = -1; code < 10; code++) {
      assertEquals(code == 0 || code == 1 || code == 4, ValueKind.isSupported(code));
    }
  }
}
