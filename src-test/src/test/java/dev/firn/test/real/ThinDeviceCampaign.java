package dev.firn.test.real;

import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@link ThinCycle} as a campaign. A slice is some devices with a store on each. */
public final class ThinDeviceCampaign implements Campaign {

  private static final String LOST = "devices that lost writes";
  private static final String REFUSED = "stores opened after a restart only";
  private static final String UNREADABLE = "failed stores not readable";
  private static final int DEVICES = 5;

  @Override
  public String name() {
    return "thin-device";
  }

  @Override
  public String description() {
    return "a device loses what is written back to it: the store says so, and holds what it synced";
  }

  @Override
  public List<String> counters() {
    return List.of(LOST, REFUSED, UNREADABLE);
  }

  @Override
  public Optional<String> obstacle() {
    return ThinDevice.obstacle();
  }

  /** After a failure the folder stays for inspection. */
  @Override
  public void run(Slice slice) throws Exception {
    for (int i = 0; i < DEVICES; i++) {
      Path folder = Files.createTempDirectory("firn-thin");
      try (ThinDevice device = ThinDevice.make(folder, i % 2 == 0)) {
        ThinCycle cycle = new ThinCycle(device, slice.seed() + i);
        cycle.run();
        slice.count(LOST, 1);
        slice.count(REFUSED, cycle.refused() ? 1 : 0);
        slice.count(UNREADABLE, cycle.unreadable() ? 1 : 0);
      }
      RealDisk.delete(folder);
    }
  }
}
