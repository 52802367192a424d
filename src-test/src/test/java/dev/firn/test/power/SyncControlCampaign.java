package dev.firn.test.power;

import dev.firn.test.power.SyncSite.Reached;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All negative controls. A slice is one place in the engine that syncs or renames. */
public final class SyncControlCampaign implements Campaign {

  private static final String NOTICED = "ways noticed missing";
  private static final String PLACES = "places";
  private static final String NOT_NEEDED = "ways not needed";
  private static final String NOT_REACHED = "places not reached";
  private static final int SCRIPTS = 8;
  private static final int TRIES = 10;
  private static final int ATTEMPTS = 40;

  /** Found lazily: it takes seconds. */
  private @Nullable List<SyncSite> sites;

  private final SortedSet<Reached> ways = new TreeSet<>();

  @Override
  public String name() {
    return "sync-controls";
  }

  @Override
  public String description() {
    return "each sync and rename of the engine is left out; a power cut must show it";
  }

  @Override
  public List<String> counters() {
    return List.of(NOTICED, PLACES, NOT_NEEDED, NOT_REACHED);
  }

  @Override
  public long slices() {
    return sites().size();
  }

  private List<SyncSite> sites() {
    List<SyncSite> found = sites == null ? List.copyOf(SyncSite.all()) : sites;
    sites = found;
    return found;
  }

  @Override
  public int limitSeconds() {
    return 3600;
  }

  @Override
  public void run(Slice slice) {
    SyncSite site = sites().get((int) slice.number() - 1);
    slice.count(PLACES, 1);
    if (SyncControls.lookUp(SyncControls.NOT_REACHED, site).isPresent()) {
      slice.count(NOT_REACHED, 1);
      return;
    }
    List<Reached> here = waysTo(site, slice.seed());
    if (here.isEmpty()) {
      throw new AssertionError("not reached: " + site);
    }
    here.forEach(way -> leaveOut(slice, way));
    SyncControls.lookUp(SyncControls.TEMPORARY, site)
        .ifPresent(kind -> nameEarly(slice, site, kind));
  }

  private List<Reached> waysTo(SyncSite site, long seed) {
    for (int i = 0; i < TRIES; i++) {
      if (ways.isEmpty() || i > 0) {
        ways.addAll(SyncControls.discover(seed + (long) i * SCRIPTS, SCRIPTS));
      }
      List<Reached> here = ways.stream().filter(way -> way.site().equals(site)).toList();
      if (!here.isEmpty()) {
        return here;
      }
    }
    return List.of();
  }

  private static void nameEarly(Slice slice, SyncSite site, String kind) {
    SyncControls.assertNoticed(site, SyncControl.withoutRename(kind), slice.seed(), ATTEMPTS);
    slice.count(NOTICED, 1);
  }

  private static void leaveOut(Slice slice, Reached way) {
    if (SyncControls.lookUp(SyncControls.NOT_NEEDED, way).isPresent()) {
      slice.count(NOT_NEEDED, 1);
      return;
    }
    SyncControls.assertNoticed(way, SyncControl.without(way), slice.seed(), ATTEMPTS);
    slice.count(NOTICED, 1);
  }
}
