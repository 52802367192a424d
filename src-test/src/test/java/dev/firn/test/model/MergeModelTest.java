package dev.firn.test.model;

import dev.firn.test.Seed;
import org.junit.jupiter.api.Test;

final class MergeModelTest {

  @Test
  void ownOperators_agreeWithModel() {
    Seed.runFor(2_000, seed -> new MergeModelRun(seed).run());
  }
}
