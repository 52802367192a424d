package dev.firn.test.real;

import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.Writers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One store on a loop device, and its power cuts. After each cut the store must hold a prefix of
 * the commit order with every batch that was acknowledged as synced.
 */
final class PowerCycle {

  static final Writers WRITERS = new Writers(3, 40);

  /** The start of a dying JVM's report on its standard output, {@code "#\n# "}, read as a frame. */
  private static final int FATAL_ERROR = 0x230a2320;

  private static final int PATIENCE_SECONDS = 60;

  /** Modes of the JVM; the one that starts fastest is listed twice. */
  private static final List<String> MODES =
      List.of(
          "-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=1", "-XX:+TieredCompilation", "-Xint");

  private final LoopDevice device;
  private final Path store;
  private final Path errors;
  private final Random random;
  private final boolean forgetful;
  private final long[] acknowledged = new long[WRITERS.count()];
  private final long[] durable = new long[WRITERS.count()];
  private long boot = 1;
  private long synced;

  /** Whether the writing JVM died of the cut instead of reporting it. */
  private volatile boolean died;

  /** Whether it got a wrong answer. */
  private volatile boolean found;

  /**
   * @param errors a file outside the device for the output of the processes
   * @param forgetful whether syncs are forgotten, which must be noticed
   */
  PowerCycle(LoopDevice device, Path errors, long seed, boolean forgetful) {
    this.device = device;
    this.store = device.folder().resolve("store");
    this.errors = errors;
    this.random = new Random(seed);
    this.forgetful = forgetful;
  }

  long synced() {
    return synced;
  }

  /** Writes, cuts the power, and checks the store twice. */
  void run() throws Exception {
    writeUntilCut();
    device.remount();
    boot++;
    check();
    check();
    if (died || found) {
      throw new AssertionError(
          (died ? "the JVM died of the cut, see " : "found by the process, see ")
              + errors.getParent());
    }
  }

  private void writeUntilCut() throws Exception {
    Process child = start();
    try (DataInputStream frames = new DataInputStream(child.getInputStream())) {
      if (frames.readInt() != PowerChild.OPENED) {
        throw new AssertionError("the child does not open the store");
      }
      frames.skipNBytes(9);
      Thread reader = Thread.ofPlatform().start(() -> read(frames));
      Thread.sleep(50 + random.nextInt(400));
      device.cut();
      // Batches acknowledged as synced after the cut count: that claim would be false.
      Thread.sleep(20 + random.nextInt(100));
      if (died) {
        // It still has to write its report.
        child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      child.toHandle().destroyForcibly();
      reader.join();
    } catch (EOFException e) {
      throw new AssertionError("the child ended:\n" + Files.readString(errors), e);
    } finally {
      child.toHandle().destroyForcibly();
      child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void read(DataInputStream frames) {
    try {
      while (true) {
        int writer = frames.readInt();
        long number = frames.readLong();
        boolean isSynced = frames.readBoolean();
        if (writer == FATAL_ERROR) {
          died = true;
          return;
        }
        found |= writer == PowerChild.FOUND;
        if (writer >= 0) {
          acknowledged[writer] = number;
          if (isSynced) {
            durable[writer] = number;
            synced++;
          }
        }
      }
    } catch (IOException dead) {
      // All frames were read.
    }
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-Xmx128m", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
    // A fault may occur in the interpreter or in the code of either compiler.
    command.add(MODES.get(random.nextInt(MODES.size())));
    command.add("-XX:ErrorFile=" + errors.resolveSibling("hs_err.log"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            PowerChild.class.getName(),
            store.toString(),
            Long.toString(random.nextInt(1_000_000)),
            Long.toString(boot),
            Boolean.toString(forgetful)));
    for (long number : acknowledged) {
      command.add(Long.toString(number));
    }
    return new ProcessBuilder(command).redirectError(Redirect.appendTo(errors.toFile())).start();
  }

  private void check() {
    try (Store open =
        StoreAccess.open(store, TinyOptions.of(random.nextInt()), Reboots.files(boot, false))) {
      StampedState state = StampedState.read(WRITERS, open);
      long[] max = new long[acknowledged.length];
      for (int i = 0; i < max.length; i++) {
        max[i] = acknowledged[i] + 1;
      }
      state.assertBetween(durable, max);
      if (!open.verify().isIntact()) {
        throw new AssertionError("damaged: " + open.verify());
      }
      // Closing the store makes all of it durable.
      System.arraycopy(state.numbers(), 0, acknowledged, 0, acknowledged.length);
      System.arraycopy(state.numbers(), 0, durable, 0, durable.length);
    }
  }
}
