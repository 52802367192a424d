package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import java.util.ArrayList;
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

  private static final int FLIPS = 20;

  /** Number of damaged files of each kind. */
  private static final int FILES = 3;

  @Test
  void closedStore_noDamageGivesWrongAnswer() {
    Seed.run(seed -> damageAll(Sample.closed(), seed, true));
  }

  @Test
  void killedStore_noDamageGivesWrongAnswer() {
    Seed.run(seed -> damageAll(Sample.killed(), seed, false));
  }

  private static void damageAll(Sample sample, long seed, boolean closed) throws Exception {
    Random random = new Random(seed);
    Map<String, Map<Verdict, Integer>> counts = new TreeMap<>();
    for (String name : some(sample.image().names(), random)) {
      byte[] file = sample.image().bytes(name);
      for (Damage damage : Damage.of(file, random, FLIPS)) {
        Verdict verdict = judge(sample, name, damage);
        counts
            .computeIfAbsent(StoreImage.kind(name), kind -> new EnumMap<>(Verdict.class))
            .merge(verdict, 1, Integer::sum);
        assertTrue(
            verdict != Verdict.CUT || (!closed && StoreImage.kind(name).equals("journal")),
            () -> name + ", " + damage.name() + ": was taken for the end of the journal");
      }
    }
    System.out.println(counts);
    for (String kind : List.of("journal", "table", "manifest")) {
      assertTrue(counts.containsKey(kind), () -> "the sample has no " + kind);
    }
  }

  private static List<String> some(List<String> names, Random random) {
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);
    Map<String, Integer> taken = new TreeMap<>();
    shuffled.removeIf(name -> taken.merge(StoreImage.kind(name), 1, Integer::sum) > FILES);
    return shuffled;
  }

  private static Verdict judge(Sample sample, String name, Damage damage) {
    try {
      StoreImage damaged = sample.image().with(name, damage.bytes());
      return Verdict.of(damaged, Sample.options(), sample.batches());
    } catch (Throwable e) {
      throw new AssertionError(name + ", " + damage.name() + ": " + e, e);
    }
  }

  /** Every byte of a table is checked by its readers or by verify. */
  @Test
  void table_anyFlippedBitIsNoticed() {
    Seed.run(
        seed -> {
          Sample sample = Sample.merged();
          Random random = new Random(seed);
          for (int i = 0; i < 150; i++) {
            String name = anyTable(sample, random);
            byte[] file = sample.image().bytes(name);
            Damage damage = Damage.flipped(file, random.nextInt(file.length), random.nextInt(8));
            Verdict verdict = judge(sample, name, damage);
            assertTrue(
                verdict == Verdict.REFUSED_AT_OPEN || verdict == Verdict.REFUSED_AT_READ,
                () -> name + ", " + damage.name() + " of " + file.length + ": " + verdict);
          }
        });
  }

  private static String anyTable(Sample sample, Random random) {
    List<String> tables =
        sample.image().names().stream()
            .filter(name -> StoreImage.kind(name).equals("table"))
            .toList();
    return tables.get(random.nextInt(tables.size()));
  }
}
