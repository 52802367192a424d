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
 * Full devices with a file system of the machine's kernel. A slice is one store. The first and
 * every thirtieth later one has a control too: a store that silently loses a write must be noticed.
 */
abstract class FullDeviceCampaign implements Campaign {

  private static final String FULL = "times the device was full";
  private static final String WENT_ON = "went on by itself";
  private static final String REOPENED = "opened again";
  private static final String JOURNAL = "no room in a journal";
  private static final String TABLE = "no room in a table";
  private static final String MANIFEST = "no room in a manifest";
  private static final String OTHER = "no room in other files";
  private static final String CONTROLS = "lost writes noticed";
  private static final int ROUNDS = 20;
  private static final int CONTROL_EVERY = 30;

  private final String kind;
  private final long bytes;
  private final boolean copiesOnWrite;

  FullDeviceCampaign(String kind, long bytes, boolean copiesOnWrite) {
    this.kind = kind;
    this.bytes = bytes;
    this.copiesOnWrite = copiesOnWrite;
  }

  @Override
  public List<String> counters() {
    return List.of(FULL, WENT_ON, REOPENED, JOURNAL, TABLE, MANIFEST, OTHER, CONTROLS);
  }

  @Override
  public Optional<String> obstacle() {
    return LoopDevice.obstacle(kind);
  }

  @Override
  public void run(Slice slice) throws Exception {
    if (slice.number() % CONTROL_EVERY == 1) {
      control(slice);
    }
    fill(slice);
  }

  /** After a failure the folder stays for inspection. */
  private void fill(Slice slice) throws Exception {
    Path folder = Files.createTempDirectory("firn-" + name());
    try (LoopDevice device = LoopDevice.make(kind, folder, bytes)) {
      FullDevice full = new FullDevice(device, slice.seed(), copiesOnWrite);
      for (int i = 0; i < ROUNDS; i++) {
        full.run();
        slice.count(FULL, 1);
      }
      full.finish();
      slice.count(WENT_ON, full.wentOn());
      slice.count(REOPENED, full.reopened());
      full.places().forEach(slice::count);
    }
    RealDisk.delete(folder);
  }

  private void control(Slice slice) throws Exception {
    Path folder = Files.createTempDirectory("firn-" + name());
    try (LoopDevice device = LoopDevice.make(kind, folder, bytes)) {
      FullDevice full = FullDevice.losing(device, slice.seed(), copiesOnWrite);
      try {
        full.run();
        throw new IllegalStateException("a lost write was not noticed");
      } catch (AssertionError | FirnException noticed) {
        slice.count(CONTROLS, 1);
      } finally {
        full.abandon();
      }
    }
    RealDisk.delete(folder);
  }
}
