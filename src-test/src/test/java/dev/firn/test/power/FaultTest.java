package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.firn.core.file.FileOperation;
import dev.firn.test.Deadline;
import dev.firn.test.Seed;
import dev.firn.test.model.Script;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A random call fails, or the disk is full; the campaign {@code faults} covers all cases. */
final class FaultTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void anyCallFails_nothingAcknowledgedIsLost() {
    Seed.runFor(
        3_000,
        seed -> {
          Random random = new Random(seed);
          Script script = Scripts.random(seed, 20 + random.nextInt(150));
          Start start = random.nextBoolean() ? Start.used() : Start.empty();
          List<FileOperation> kinds = FaultCampaign.KINDS;
          FileOperation kind = kinds.get(random.nextInt(kinds.size()));
          int k = 1 + random.nextInt(kind == FileOperation.WRITE ? 150 : 30);
          boolean forEver = random.nextBoolean();
          System.out.println(kind + " number " + k + (forEver ? " and all later ones" : ""));
          Deadline.call(
              LIMIT,
              () -> {
                FaultCampaign.fail(start, script, kind, k, forEver);
                return start;
              });
        });
  }

  @Test
  void diskIsFull_nothingAcknowledgedIsLost() {
    Seed.runFor(
        2_000,
        seed -> {
          Random random = new Random(seed);
          Script script = Scripts.random(seed, 60);
          Start start = Start.used();
          List<Long> sizes = List.copyOf(FaultCampaign.sizes(start, script));
          long size = sizes.get(random.nextInt(sizes.size()));
          System.out.println("full at " + size + " bytes");
          Deadline.call(
              LIMIT,
              () -> {
                FaultCampaign.fill(start, script, size);
                return start;
              });
        });
  }

  /** When everything fails from the start, the user is told. */
  @Test
  void firstCallOfEachKindFails_isToldToTheUser() {
    Script script = Scripts.random(1, 100);
    for (FileOperation kind : FaultCampaign.KINDS) {
      if (kind != FileOperation.DELETE) {
        assertNotNull(
            FaultCampaign.fail(Start.used(), script, kind, 1, true), () -> "failing " + kind);
      }
    }
  }
}
