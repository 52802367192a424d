package dev.firn.test.damage;

import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every read in the life of a few stores fails, once and until the device recovers. A slice is
 * every {@value #SLICES}th read.
 */
public final class ReadFaultCampaign implements Campaign {

  private static final int SLICES = 40;
  private static final String READS = "reads that failed";
  private static final String LIVES = "stores opened, used and closed";

  /** Made lazily: it takes seconds. */
  private @Nullable List<ReadFaultScene> scenes;

  @Override
  public String name() {
    return "read-faults";
  }

  @Override
  public String description() {
    return "every k-th read fails: its caller is told, nothing is lost, a retry gives all";
  }

  @Override
  public List<String> counters() {
    return List.of(READS, LIVES);
  }

  @Override
  public long slices() {
    return SLICES;
  }

  @Override
  public void run(Slice slice) {
    List<ReadFaultScene> made = scenes == null ? ReadFaultScene.all() : scenes;
    scenes = made;
    for (ReadFaultScene scene : made) {
      // The number of background reads varies a little between lives.
      for (long turn = slice.number(); turn <= scene.reads(); turn += SLICES) {
        run(slice, scene, turn, false);
        run(slice, scene, turn, true);
      }
    }
  }

  private static void run(Slice slice, ReadFaultScene scene, long turn, boolean stays) {
    try {
      slice.count(READS, scene.run(turn, stays) == null ? 0 : 1);
      slice.count(LIVES, 1);
    } catch (AssertionError | RuntimeException e) {
      String how = stays ? " until the device recovers" : "";
      slice.finding(new AssertionError(scene + ", read " + turn + " fails" + how + ": " + e, e));
    }
  }
}
