package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Deadline;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle;
import dev.firn.test.fixture.DamageOracle.Outcome;
import dev.firn.wal.JournalFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every file of a store damaged in many ways, one at a time: a store that opens gives right
 * answers, one that does not names the file. Only the end of the journal may be missing, and the
 * recovery report says so.
 */
final class DamagedFileTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int FLIPS = 20;

  /** Number of damaged files of each kind. */
  private static final int FILES = 3;

  @Test
  void closedStore_noDamageGivesWrongAnswer() {
    Seed.run(seed -> damageAll(DamageFixture.closed(), seed, true));
  }

  @Test
  void killedStore_noDamageGivesWrongAnswer() {
    Seed.run(seed -> damageAll(DamageFixture.killed(), seed, false));
  }

  private static void damageAll(DamageFixture fixture, long seed, boolean closed) throws Exception {
    Random random = new Random(seed);
    DamageOracle oracle = new DamageOracle(fixture, 0);
    Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();
    for (String name : some(fixture.image().names(), random)) {
      byte[] file = fixture.image().bytes(name);
      for (Damage damage : Damage.of(file, random, FLIPS)) {
        Outcome outcome = outcomeOf(oracle, fixture, name, damage);
        counts
            .computeIfAbsent(StoreImage.kind(name), kind -> new EnumMap<>(Outcome.class))
            .merge(outcome, 1, Integer::sum);
        assertTrue(
            outcome != Outcome.ROLLED_BACK || removesLastRecord(fixture, name, damage),
            () -> name + ", " + damage.name() + ": an earlier state, not reported");
        assertTrue(
            outcome != Outcome.CUT || !closed,
            () -> name + ", " + damage.name() + ": was taken for the end of the journal");
      }
    }
    System.out.println(counts);
    for (String kind : List.of("journal", "table", "manifest")) {
      assertTrue(counts.containsKey(kind), () -> "the fixture has no " + kind);
    }
  }

  /** Without tag and sequence of its last record, a journal looks as if it had ended before it. */
  private static boolean removesLastRecord(DamageFixture fixture, String name, Damage damage) {
    if (!name.equals(fixture.newestJournal())) {
      return false;
    }
    int last = fixture.lastRecordOfNewestJournal();
    int sequence = last + JournalFormat.SEQUENCE_AT;
    byte[] file = fixture.image().bytes(name);
    byte[] bytes = Arrays.copyOf(damage.bytes(), file.length);
    return bytes[sequence] != file[sequence]
        && Arrays.mismatch(
                bytes,
                sequence + 1,
                sequence + Long.BYTES,
                file,
                sequence + 1,
                sequence + Long.BYTES)
            >= 0;
  }

  private static List<String> some(List<String> names, Random random) {
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);
    Map<String, Integer> taken = new TreeMap<>();
    shuffled.removeIf(name -> taken.merge(StoreImage.kind(name), 1, Integer::sum) > FILES);
    return shuffled;
  }

  private static Outcome outcomeOf(
      DamageOracle oracle, DamageFixture fixture, String name, Damage damage) {
    try {
      StoreImage damaged = fixture.image().with(name, damage.bytes());
      return Deadline.call(LIMIT, () -> oracle.outcomeOf(damaged.toFileSystem(), name));
    } catch (Throwable e) {
      throw new AssertionError(name + ", " + damage.name() + ": " + e, e);
    }
  }

  /** Every byte of a table is checked by its readers or by verify. */
  @Test
  void table_anyFlippedBitIsNoticed() {
    Seed.run(
        seed -> {
          DamageFixture fixture = DamageFixture.compacted();
          DamageOracle oracle = new DamageOracle(fixture, 0);
          Random random = new Random(seed);
          for (int i = 0; i < 150; i++) {
            String name = anyTable(fixture, random);
            byte[] file = fixture.image().bytes(name);
            Damage damage = Damage.flipped(file, random.nextInt(file.length), random.nextInt(8));
            Outcome outcome = outcomeOf(oracle, fixture, name, damage);
            assertTrue(
                outcome == Outcome.REFUSED || outcome == Outcome.REPORTED,
                () -> name + ", " + damage.name() + " of " + file.length + ": " + outcome);
          }
        });
  }

  private static String anyTable(DamageFixture fixture, Random random) {
    List<String> tables =
        fixture.image().names().stream()
            .filter(name -> StoreImage.kind(name).equals("table"))
            .toList();
    return tables.get(random.nextInt(tables.size()));
  }
}
