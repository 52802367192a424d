package dev.firn.test.hostile;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle;
import dev.firn.test.fixture.DamageOracle.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the {@link Alteration}s of a fixture and notes their outcomes. */
final class Alterations {

  private final DamageFixture fixture;
  private final List<Alteration> all;
  private final DamageOracle oracle;
  private final Map<String, Map<Outcome, Integer>> outcomes = new TreeMap<>();

  Alterations(DamageFixture fixture) {
    this.fixture = fixture;
    this.all = Alteration.of(fixture);
    // A block can hold records together with those that prove them complete.
    this.oracle = new DamageOracle(fixture, 0);
  }

  int count() {
    return all.size();
  }

  List<Alteration> all() {
    return List.copyOf(all);
  }

  /** Number of messages that named another file of the store than the altered one. */
  int misnamed() {
    return oracle.misnamed();
  }

  Map<String, Map<Outcome, Integer>> outcomes() {
    return outcomes;
  }

  Outcome make(int index) {
    Alteration alteration = all.get(index);
    MemoryFileSystem files = alteration.appliedTo(fixture.image()).toFileSystem();
    if (fixture.otherBoot()) {
      files = files.crashCloneSyncedOnly();
    }
    try {
      Outcome outcome = oracle.outcomeOf(files, alteration.file());
      if (outcome == Outcome.ROLLED_BACK && !alteration.mayRollBack(fixture)) {
        throw new AssertionError(outcome.toString());
      }
      outcomes
          .computeIfAbsent(StoreImage.kind(alteration.file()), k -> new EnumMap<>(Outcome.class))
          .merge(outcome, 1, Integer::sum);
      return outcome;
    } catch (Throwable e) {
      throw new AssertionError(
          fixture.name() + ", " + alteration.file() + ", " + alteration.name() + ": " + e, e);
    }
  }
}
