package dev.firn.test.hostile;

import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.DamageOracle.Outcome;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Alters every one of many places of each fixture. The fixtures are made once and kept: the slices
 * of all runs together cover all places of the same files.
 */
abstract class HostileCampaign implements Campaign {

  private static final List<String> OUTCOMES =
      List.of("harmless", "refused", "reported", "cut off", "rolled back", "other file named");

  private final String places;

  HostileCampaign(String places) {
    this.places = places;
  }

  @Override
  public List<String> counters() {
    return Stream.concat(Stream.of(places), OUTCOMES.stream()).toList();
  }

  @Override
  public void run(Slice slice) throws Exception {
    for (DamageFixture fixture : fixtures(slice.folder())) {
      run(slice, fixture);
    }
  }

  /** Alters every {@link #slices()}th place of a fixture. */
  abstract void run(Slice slice, DamageFixture fixture);

  /** Alters one place; a finding there does not stop the slice. */
  final void attempt(Slice slice, Runnable place) {
    try {
      place.run();
    } catch (AssertionError e) {
      slice.finding(e);
    }
    slice.count(places, 1);
  }

  final void count(Slice slice, Map<String, Map<Outcome, Integer>> outcomes, int misnamed) {
    for (Map<Outcome, Integer> counts : outcomes.values()) {
      counts.forEach((outcome, n) -> slice.count(OUTCOMES.get(outcome.ordinal()), n));
    }
    slice.count("other file named", misnamed);
  }

  private static List<DamageFixture> fixtures(Path folder) throws IOException {
    List<DamageFixture> fixtures = new ArrayList<>();
    for (String name : List.of("killed", "closed", "cut")) {
      Path file = folder.resolve(name + ".fixture");
      if (!Files.exists(file)) {
        DamageFixture.all().stream()
            .filter(fixture -> fixture.name().equals(name))
            .findFirst()
            .orElseThrow()
            .save(file);
      }
      fixtures.add(DamageFixture.load(file));
    }
    return fixtures;
  }
}
