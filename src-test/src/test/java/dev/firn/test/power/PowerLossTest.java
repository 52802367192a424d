package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Deadline;
import dev.firn.test.Seed;
import dev.firn.test.model.Script;
import dev.firn.test.power.PowerRun.Effort;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Simulated power loss; the campaigns {@code power} and {@code power-small} cover more. */
final class PowerLossTest {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void anyMomentOfAShortScript_losesNothingSynced() {
    Seed.runFor(
        4_000,
        seed -> {
          Random random = new Random(seed);
          int number = random.nextInt(Scripts.smallCount());
          boolean used = random.nextBoolean();
          Script script = used ? Scripts.small(number) : Scripts.smallOnNew(number);
          run(used ? Start.used() : Start.empty(), script, new Effort(20, 8, 40), seed);
        });
  }

  @Test
  void someMomentsOfARandomScript_loseNothingSynced() {
    Seed.runFor(
        4_000, seed -> run(Start.used(), Scripts.random(seed, 60), new Effort(15, 4, 10), seed));
  }

  private static void run(Start start, Script script, Effort effort, long seed) throws Exception {
    AtomicInteger images = new AtomicInteger();
    PowerRun run =
        new PowerRun(script, effort, seed, (fingerprint, depth) -> images.incrementAndGet());
    Deadline.call(
        LIMIT,
        () -> {
          run.run(start.files(), start.newModel());
          return run;
        });
    assertTrue(images.get() > 0, "not one image");
    System.out.println(images + " images");
  }

  @Test
  void shortScripts_areAllDifferent() {
    Set<Script> scripts =
        IntStream.range(0, Scripts.smallCount())
            .mapToObj(Scripts::small)
            .collect(Collectors.toSet());
    assertEquals(Scripts.smallCount(), scripts.size());
  }
}
