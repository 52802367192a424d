package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A random sample of what {@code SectorCampaign} does with every block and every length. */
final class SectorDamageTest {

  private static final int SAMPLE = 50;

  @Test
  void anyBlockOrLengthOrFile_lostOrMixedUp_isHarmlessOrReported() {
    Seed.run(
        seed -> {
          for (DamageFixture fixture : DamageFixture.all()) {
            Alterations alterations = new Alterations(fixture);
            Random random = new Random(seed);
            for (int i = 0; i < SAMPLE; i++) {
              alterations.make(random.nextInt(alterations.count()));
            }
            System.out.printf(
                "%s: %d of %d, %s%n",
                fixture.name(), SAMPLE, alterations.count(), alterations.outcomes());
          }
        });
  }

  /** Without its activation and its first record a segment looks unused. */
  @Test
  void firstSectorOfTheNewestJournal_broughtBack_isReported() {
    DamageFixture fixture = DamageFixture.cut();
    Alterations alterations = new Alterations(fixture);
    List<Alteration> all = alterations.all();
    int made = 0;
    for (int i = 0; i < all.size(); i++) {
      Alteration alteration = all.get(i);
      if (alteration.file().equals(fixture.newestJournal())
          && alteration.name().equals("stale at 0+512")) {
        assertNotEquals(Outcome.ROLLED_BACK, alterations.make(i));
        made++;
      }
    }
    assertTrue(made > 0, "no earlier state of the first sector");
  }
}
