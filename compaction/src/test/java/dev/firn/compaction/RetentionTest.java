package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.firn.compaction.Retention.Verdict;
import dev.firn.core.SequenceNumber;
import dev.firn.version.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static String judge(long[] boundaries, long... sequences) {
    Retention retention = new Retention(Boundaries.of(boundaries));
    StringBuilder verdicts = new StringBuilder();
    retention.nextKey();
    for (long sequence : sequences) {
      verdicts.append(
          switch (retention.judge(SequenceNumber.trailer(sequence, 1))) {
            case DROP -> 'D';
            case KEEP -> 'K';
            case KEEP_LAST -> 'L';
          });
    }
    return verdicts.toString();
  }

  @Test
  void judge_betweenBoundaries() {
    assertEquals("KKKDDLD", judge(new long[] {3, 7}, 9, 8, 6, 5, 4, 2, 1));
    assertEquals("LDD", judge(new long[] {7}, 7, 6, 1));
    assertEquals("KL", judge(new long[] {0, 7}, 7, 0));
    assertEquals("KDL", judge(new long[] {3, 3, 7}, 5, 4, 3));
    assertEquals("", judge(new long[] {7}));
  }

  @Test
  void boundaries_checked() {
    assertThrows(IllegalArgumentException.class, () -> Boundaries.of(new long[0]));
    assertThrows(IllegalArgumentException.class, () -> Boundaries.of(new long[] {2, 1}));
  }

  /** The time for an entry does not grow with the number of snapshots. */
  @Test
  void judge_manyBoundaries() {
    long[] boundaries = LongStream.range(0, 200_000).map(i -> 2 * i).toArray();
    Retention retention = new Retention(Boundaries.of(boundaries));
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          for (int key = 0; key < 200_000; key++) {
            retention.nextKey();
            assertEquals(
                Verdict.KEEP, retention.judge(SequenceNumber.trailer(1_000_000L + key, 1)));
            assertEquals(Verdict.KEEP, retention.judge(SequenceNumber.trailer(2L * key + 1, 1)));
          }
        });
  }

  /** Readers at a boundary, or above the last one, see the same before and after. */
  @Test
  void judge_keepsWhatReadersSee() {
    for (int round = 0; round < 2000; round++) {
      Random random = Seeds.random(round);
      TreeSet<Long> boundaries = new TreeSet<>();
      TreeSet<Long> versions = new TreeSet<>();
      for (int i = 0; i < 5; i++) {
        boundaries.add((long) random.nextInt(20));
        versions.add((long) random.nextInt(20));
      }
      Retention retention =
          new Retention(Boundaries.of(boundaries.stream().mapToLong(Long::longValue).toArray()));
      TreeSet<Long> kept = new TreeSet<>();
      List<Long> last = new ArrayList<>();
      retention.nextKey();
      for (long version : versions.descendingSet()) {
        Verdict verdict = retention.judge(SequenceNumber.trailer(version, 1));
        if (verdict != Verdict.DROP) {
          kept.add(version);
        }
        if (verdict == Verdict.KEEP_LAST) {
          last.add(version);
        }
      }
      for (long boundary : boundaries) {
        assertEquals(versions.floor(boundary), kept.floor(boundary));
      }
      for (long reader = boundaries.last(); reader < 25; reader++) {
        assertEquals(versions.floor(reader), kept.floor(reader));
      }
      // KEEP_LAST is the oldest version that is kept, and all readers may see it.
      for (long sequence : last) {
        assertEquals(kept.first(), sequence);
        assertEquals(true, sequence <= boundaries.first());
      }
    }
  }
}
