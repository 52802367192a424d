package dev.firn.test.power;

import dev.firn.test.power.PowerRun.Effort;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What both campaigns of simulated power loss share. */
abstract class PowerCampaign implements Campaign {

  private static final String IMAGES = "distinct images";
  private static final String CHECKS = "images checked";
  private static final String SECOND = "of second power cuts";
  private static final String THIRD = "of third power cuts";
  private static final String SCRIPTS = "scripts";

  private @Nullable Start used;
  private @Nullable ImageSet images;

  @Override
  public List<String> counters() {
    return List.of(IMAGES, CHECKS, SECOND, THIRD, SCRIPTS);
  }

  /** The store that scripts begin with, the same in all runs. */
  final Start used(Slice slice) throws IOException {
    Start start = used == null ? Start.used(slice.folder().resolve("start")) : used;
    used = start;
    return start;
  }

  final void run(
      Slice slice, Start start, dev.firn.test.model.Script script, Effort effort, long seed)
      throws IOException {
    ImageSet known = images == null ? new ImageSet(file(slice)) : images;
    images = known;
    // Every new store has another id, which makes its images differ.
    boolean comparable = start.model().commits() > 0;
    PowerRun.Count count =
        (fingerprint, depth) -> {
          slice.count(CHECKS, 1);
          slice.count(SECOND, depth == 2 ? 1 : 0);
          slice.count(THIRD, depth == 3 ? 1 : 0);
          slice.count(IMAGES, comparable && known.add(fingerprint) ? 1 : 0);
        };
    try {
      new PowerRun(script, effort, seed, count).run(start.files(), start.newModel());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\nin the script\n" + script, e);
    }
    slice.count(SCRIPTS, 1);
    known.save();
  }

  private static Path file(Slice slice) {
    return slice.folder().resolve("images");
  }
}
