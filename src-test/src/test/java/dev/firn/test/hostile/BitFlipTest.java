package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import dev.firn.test.fixture.DamageFixture;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A random sample of what {@code BitFlipCampaign} does with every bit. */
final class BitFlipTest {

  private static final int FLIPS = 100;

  @Test
  void anyFlippedBit_isHarmlessOrReported() {
    Seed.run(
        seed -> {
          for (DamageFixture fixture : DamageFixture.all()) {
            BitFlips flips = new BitFlips(fixture);
            Random random = new Random(seed);
            long start = System.nanoTime();
            for (int i = 0; i < FLIPS; i++) {
              flips.flip(random.nextLong(flips.bits()));
            }
            System.out.printf(
                "%s: %d of %d bits, %.2f ms each, %d name another file, %s%n",
                fixture.name(),
                FLIPS,
                flips.bits(),
                (System.nanoTime() - start) / 1e6 / FLIPS,
                flips.misnamed(),
                flips.outcomes());
            assertTrue(flips.outcomes().keySet().containsAll(Set.of("journal", "table")));
          }
        });
  }
}
