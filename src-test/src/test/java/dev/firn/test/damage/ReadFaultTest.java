package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StorageException;
import dev.firn.test.Deadline;
import dev.firn.test.Seed;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A random read fails; the campaign {@code read-faults} covers all. */
final class ReadFaultTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void anyReadFails_isToldAndPasses() {
    List<ReadFaultScene> scenes = ReadFaultScene.all();
    Seed.runFor(
        2_000,
        seed -> {
          Random random = new Random(seed);
          ReadFaultScene scene = scenes.get(random.nextInt(scenes.size()));
          long turn = 1 + random.nextLong(scene.reads());
          boolean stays = random.nextBoolean();
          System.out.println(scene + ", read " + turn + (stays ? ", stays" : ""));
          Deadline.call(LIMIT, () -> String.valueOf(scene.run(turn, stays)));
        });
  }

  @Test
  void noReadFails_nothingIsTold() {
    for (ReadFaultScene scene : ReadFaultScene.all()) {
      assertNull(scene.run(0, false));
      assertTrue(scene.reads() > 100, () -> "reads: " + scene.reads());
    }
  }

  /** The first read is of the file that names all others. */
  @Test
  void firstReadFails_opensOnceItCanBeRead() {
    for (ReadFaultScene scene : ReadFaultScene.all()) {
      StorageException failure = scene.run(1, true);
      assertTrue(String.valueOf(failure).contains("CURRENT"), () -> "failed: " + failure);
    }
  }
}
