package dev.firn.test.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.isolation.Anomaly.Kind;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import dev.firn.test.isolation.TransactionRecord.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each anomaly in the smallest histories that have it, and the nearest ones that have none. */
final class HistoryCheckTest {

  private static Set<Kind> kinds(String script) {
    return HistoryCheck.anomalies(HistoryScript.parse(script)).stream()
        .map(Anomaly::kind)
        .collect(Collectors.toSet());
  }

  private static void assertOnly(Kind kind, String script) {
    assertEquals(Set.of(kind), kinds(script));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // One after another.
        """
        0-1 committed put a 1, put b 2
        2-3 committed get a 1, put a 3
        4-5 committed get a 3, get b 2
        """,
        // At the same time, the reader before the writer.
        """
        0-9 committed put a 1, put b 2
        1-8 committed get a 0, get b 0
        """,
        // A list, read at different times.
        """
        0-9 committed get a 0, put a 1
        0-9 committed get a 0-1, put a 2
        0-9 committed get a 0-1-2, put a 3
        0-9 committed get a 0-1-2-3
        0-9 committed get a 0-1
        """,
        // Aborted, and not read.
        """
        0-1 aborted put a 1
        2-3 committed get a 0
        """,
        // Unknown: not seen, or seen.
        """
        0-1 unknown put a 1
        2-3 committed get a 0
        """,
        """
        0-1 unknown get b 0, put a 1, put b 3
        2-3 committed get a 1, put a 2
        4-5 committed get a 2, get b 3
        """,
        // Its own writes.
        """
        0-1 committed put a 1, get a 1, put a 2, get a 2, delete b 3, get b 0, scan a c a=2
        """,
        // Inserted, deleted, scanned around.
        """
        0-1 committed scan a c, put b 1
        2-3 committed scan a c b=1, delete b 2
        4-5 committed scan a c, get b 0
        """,
        // Writes without a read at the same time may have any order.
        """
        0-9 committed put a 1
        0-9 committed put a 2
        10-11 committed get a 1
        """,
        """
        0-9 committed put a 1
        0-9 committed put a 2
        10-11 committed get a 2
        """,
      })
  void cleanHistory_hasNone(String script) {
    assertEquals(Set.of(), kinds(script));
  }

  @Test
  void unwrittenValue_isFound() {
    assertOnly(Kind.UNWRITTEN, "0-1 committed get a 7");
    assertOnly(
        Kind.UNWRITTEN,
        """
        0-1 committed put a 1
        2-3 committed get b 1
        """);
    assertOnly(
        Kind.UNWRITTEN,
        """
        0-1 committed put d 1
        2-3 committed scan a c d=1
        """);
  }

  @Test
  void ownWriteThatIsNotRead_isFound() {
    assertOnly(Kind.INTERNAL, "0-1 committed put a 1, get a 0");
    assertOnly(Kind.INTERNAL, "0-1 committed put a 1, scan a c");
    assertOnly(Kind.INTERNAL, "0-1 committed put a 1, delete a 2, get a 1");
    assertOnly(Kind.INTERNAL, "0-1 committed put a 1, put a 2, scan a c a=1");
  }

  @Test
  void contradictoryLists_areFound() {
    assertOnly(
        Kind.ORDER,
        """
        0-9 committed put a 1, put b 5
        0-9 committed put a 2, put b 6
        0-9 committed put a 3, put b 7
        0-9 committed get a 0-1-2-3
        0-9 committed get a 0-2-3
        """);
  }

  @Test
  void dirtyWrite_isG0() {
    assertOnly(
        Kind.G0,
        """
        0-9 committed put a 1, put b 2
        0-9 committed put a 3, put b 4
        0-9 committed get a 0-1-3
        0-9 committed get b 0-4-2
        """);
  }

  @Test
  void abortedRead_isG1a() {
    assertOnly(
        Kind.G1A,
        """
        0-1 aborted put a 1
        2-3 committed get a 1
        """);
    assertOnly(
        Kind.G1A,
        """
        0-1 aborted put a 1
        2-3 committed put a 2
        4-5 committed get a 0-1-2
        """);
  }

  @Test
  void intermediateRead_isG1b() {
    assertTrue(
        kinds(
                """
                0-9 committed put a 1, put a 2
                0-9 committed get a 1
                """)
            .contains(Kind.G1B));
  }

  @Test
  void circularInformationFlow_isG1c() {
    assertOnly(
        Kind.G1C,
        """
        0-9 committed put a 1, get b 2
        0-9 committed put b 2, get a 1
        """);
    assertOnly(
        Kind.G1C,
        """
        0-9 committed get a 0, put a 1, get b 3
        0-9 committed get a 1, put a 2, put b 3
        """);
  }

  @Test
  void lostUpdate_isFound() {
    assertTrue(
        kinds(
                """
                0-9 committed get a 0, put a 1
                0-9 committed get a 0, put a 2
                """)
            .contains(Kind.LOST_UPDATE));
  }

  @Test
  void readSkew_isGSingle() {
    assertOnly(
        Kind.G_SINGLE,
        """
        0-9 committed get a 0, put a 1, get b 0, put b 2
        0-9 committed get a 0, get b 2
        """);
    assertOnly(
        Kind.G_SINGLE,
        """
        0-9 committed get a 0, put a 1
        0-9 committed get a 0, get a 1
        """);
    // A range that has one key of two that were inserted together.
    assertOnly(
        Kind.G_SINGLE,
        """
        0-9 committed put a 1, put b 2
        0-9 committed scan a d b=2
        """);
    // A key that is gone, and one that was deleted with it.
    assertOnly(
        Kind.G_SINGLE,
        """
        0-1 committed put a 1, put b 2
        2-9 committed scan a d a=1 b=2, delete a 3, delete b 4
        3-9 committed get a 0, get b 2
        """);
  }

  @Test
  void staleRead_isGSingle() {
    String stale =
        """
        0-1 committed get a 0, put a 1
        2-3 committed get a 0
        """;
    assertOnly(Kind.G_SINGLE, stale);
    assertOnly(Kind.G_SINGLE, stale.replace("get a 0\n", "scan a c\n"));
    // A put that is lost: its key keeps the older version.
    assertOnly(
        Kind.G_SINGLE,
        """
        0-1 committed put a 1
        2-3 committed put a 2
        4-5 committed get a 1
        """);
    // A deletion that is lost.
    assertOnly(
        Kind.G_SINGLE,
        """
        0-1 committed put a 1
        2-3 committed get a 1, delete a 2
        4-5 committed get a 1
        """);
    // A key that is gone without a deletion.
    assertOnly(
        Kind.G_SINGLE,
        """
        0-1 committed put a 1
        2-3 committed scan a c
        4-5 committed get a 1, delete a 2
        """);
  }

  @Test
  void longFork_isNonadjacent() {
    assertOnly(
        Kind.G_NONADJACENT,
        """
        0-9 committed get a 0, put a 1
        0-9 committed get b 0, put b 2
        0-9 committed get a 1, get b 0
        0-9 committed get a 0, get b 2
        """);
  }

  @Test
  void writeSkew_isG2Item() {
    assertOnly(
        Kind.G2_ITEM,
        """
        0-9 committed get a 0, get b 0, put a 1
        0-9 committed get a 0, get b 0, put b 2
        """);
  }

  @Test
  void phantoms_areG2() {
    assertOnly(
        Kind.G2,
        """
        0-9 committed scan a d, put a 1
        0-9 committed scan a d, put b 2
        """);
  }

  @Test
  void cycle_isReadable() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                HistoryCheck.assertSerializable(
                    HistoryScript.parse(
                        """
                        0-9 committed get a 0, get b 0, put a 1
                        0-9 committed get a 0, get b 0, put b 2
                        """)));
    assertEquals(
        """
        1 in 2 transactions
        G2_ITEM, write skew: a cycle with rw of keys
          T0 -rw-> T1: key 0/1, absent was read, and replaced
          T1 -rw-> T0: key 0/0, absent was read, and replaced
          T0: get 0/0=absent, get 0/1=absent, put 0/0:=1; committed, session 0, 0 to 9
          T1: get 0/0=absent, get 0/1=absent, put 0/1:=2; committed, session 1, 0 to 9\
        """,
        error.getMessage());
  }

  @Test
  void levels_differInWhatTheyAllow() {
    History skew =
        HistoryScript.parse(
            """
            0-9 committed get a 0, get b 0, put a 1
            0-9 committed get a 0, get b 0, put b 2
            """);
    HistoryCheck.assertSnapshotIsolated(skew);
    assertThrows(AssertionError.class, () -> HistoryCheck.assertSerializable(skew));
    History lost =
        HistoryScript.parse(
            """
            0-9 committed get a 0, put a 1
            0-9 committed get a 0, put a 2
            """);
    assertThrows(AssertionError.class, () -> HistoryCheck.assertSnapshotIsolated(lost));
  }

  /** A serial history with every kind of operation. */
  private static History serial(int transactions) {
    History history = new History();
    Random random = new Random(transactions);
    TreeMap<Long, Long> state = new TreeMap<>();
    for (int i = 0; i < transactions; i++) {
      List<Operation> operations = new ArrayList<>();
      long first = 1000L * (i / 1000) + random.nextInt(100);
      List<Get> found = new ArrayList<>();
      state.subMap(first, first + 20).forEach((item, v) -> found.add(new Get(item, v)));
      operations.add(new Scan(first, first + 20, found));
      for (int j = 0; j < 3; j++) {
        long item = 1000L * (i / 1000) + random.nextInt(100);
        long version = 3L * i + j + 1;
        operations.add(new Get(item, state.getOrDefault(item, Operation.ABSENT)));
        operations.add(new Put(item, version));
        state.put(item, version);
      }
      // Ten overlap at a time.
      history.add(new TransactionRecord(i % 10, i, i + 10, Outcome.COMMITTED, operations));
    }
    return history;
  }

  @Test
  void checking_takesTimeInProportionToTheHistory() {
    assertEquals(List.of(), HistoryCheck.anomalies(serial(2_000)));
    long begin = System.nanoTime();
    assertEquals(List.of(), HistoryCheck.anomalies(serial(3_000)));
    long small = System.nanoTime() - begin;
    begin = System.nanoTime();
    assertEquals(List.of(), HistoryCheck.anomalies(serial(30_000)));
    long large = System.nanoTime() - begin;
    System.out.printf("3,000: %d ms, 30,000: %d ms%n", small / 1_000_000, large / 1_000_000);
    assertTrue(large < 40 * small, "ten times as many took " + (double) large / small);
  }

  @Test
  void versionWrittenTwice_isRefused() {
    History twice = HistoryScript.parse("0-1 committed put a 1, put b 1");
    assertThrows(IllegalArgumentException.class, () -> HistoryCheck.anomalies(twice));
    assertEquals(List.of(), HistoryCheck.anomalies(new History()));
  }
}
