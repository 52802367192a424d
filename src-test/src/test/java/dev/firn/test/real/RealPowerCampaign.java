package dev.firn.test.real;

import dev.firn.error.FirnException;
import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Power cuts of a file system of the machine's kernel, on a loop device. The first and every
 * thirtieth later slice has a control too: a store that forgets to sync its journals must be
 * noticed.
 */
abstract class RealPowerCampaign implements Campaign {

  private static final String CUTS = "power cuts";
  private static final String SYNCED = "synced batches";
  private static final String MAPPINGS = "mappings cut";
  private static final String CONTROLS = "forgotten syncs noticed";
  private static final int CYCLES = 10;
  private static final int CONTROL_EVERY = 30;
  private static final int CONTROL_CYCLES = 20;
  private static final long DEVICE_BYTES = 400 << 20;

  private final String kind;

  RealPowerCampaign(String kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return "cuts-" + kind;
  }

  @Override
  public String description() {
    return "cuts the power of " + kind + " on a loop device while a store on it is written";
  }

  @Override
  public List<String> counters() {
    return List.of(CUTS, SYNCED, MAPPINGS, CONTROLS);
  }

  @Override
  public Optional<String> obstacle() {
    return LoopDevice.obstacle(kind);
  }

  @Override
  public void run(Slice slice) throws Exception {
    if (slice.number() % CONTROL_EVERY == 1) {
      inNewFolder(folder -> control(slice, folder));
    }
    inNewFolder(folder -> cutMapping(slice, folder));
    inNewFolder(folder -> cut(slice, folder));
  }

  private interface Work {
    void in(Path folder) throws Exception;
  }

  /** After a failure the folder stays for inspection. */
  private void inNewFolder(Work work) throws Exception {
    Path folder = Files.createTempDirectory("firn-" + name());
    work.in(folder);
    RealDisk.delete(folder);
  }

  private void cut(Slice slice, Path folder) throws Exception {
    try (LoopDevice device = LoopDevice.make(kind, folder, DEVICE_BYTES)) {
      PowerCycle cycle = new PowerCycle(device, folder.resolve("errors.txt"), slice.seed(), false);
      for (int i = 0; i < CYCLES; i++) {
        cycle.run();
        slice.count(CUTS, 1);
      }
      slice.count(SYNCED, cycle.synced());
    }
  }

  private void cutMapping(Slice slice, Path folder) throws Exception {
    try (LoopDevice device = LoopDevice.make(kind, folder, DEVICE_BYTES)) {
      CutMapping.check(device, folder, (int) (slice.number() % CutMapping.modes()));
      slice.count(MAPPINGS, 1);
    }
  }

  private void control(Slice slice, Path folder) throws Exception {
    try (LoopDevice device = LoopDevice.make(kind, folder, DEVICE_BYTES)) {
      PowerCycle cycle = new PowerCycle(device, folder.resolve("errors.txt"), slice.seed(), true);
      for (int i = 0; i < CONTROL_CYCLES; i++) {
        try {
          cycle.run();
        } catch (AssertionError | FirnException noticed) {
          slice.count(CONTROLS, 1);
          return;
        }
      }
    }
    throw new AssertionError("forgotten syncs were not noticed in " + CONTROL_CYCLES + " cuts");
  }
}
