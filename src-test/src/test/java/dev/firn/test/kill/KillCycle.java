package dev.firn.test.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.RecoveryReport;
import dev.firn.Store;
import dev.firn.test.OpenFiles;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.Writers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One store and the processes that die writing to it, one after another. After each death the store
 * must hold every acknowledged batch as a whole and at most one more of each writer. Some openings
 * are killed too.
 */
final class KillCycle {

  static final Writers WRITERS = new Writers(3, 40);

  private final Path directory;
  private final Path errors;
  private final Random random;
  private long[] acknowledged = new long[WRITERS.count()];

  KillCycle(Path directory, long seed) throws IOException {
    Files.createDirectories(directory);
    this.directory = directory.resolve("store");
    this.errors = directory.resolve("errors.txt");
    this.random = new Random(seed);
  }

  long batches() {
    return Arrays.stream(acknowledged).sum();
  }

  void run() throws Exception {
    killAfter(random.nextInt(400));
    // A recovery may be killed too.
    for (int i = random.nextInt(3); i > 0; i--) {
      killWhileOpening();
    }
    check();
  }

  private void killAfter(int millis) throws Exception {
    try (KilledProcess child = child()) {
      awaitOpened(child.process(), errors);
      Thread killer = child.killAfter(millis * 1_000_000L + random.nextInt(1_000_000));
      readUntilDeath(new DataInputStream(child.output()));
      killer.join();
      child.awaitDeath();
    }
  }

  /** The child opens the store 10 to 100 ms after the start of its JVM. */
  private void killWhileOpening() throws Exception {
    try (KilledProcess child = child()) {
      Thread killer = child.killAfter((60L + random.nextInt(250)) * 1_000_000);
      readUntilDeath(new DataInputStream(child.output()));
      killer.join();
      child.awaitDeath();
    }
  }

  private KilledProcess child() throws IOException {
    return child(directory, errors, random.nextInt(1_000_000), acknowledged);
  }

  static Process start(Path directory, Path errors, long seed, long[] acknowledged)
      throws IOException {
    return child(directory, errors, seed, acknowledged).process();
  }

  private static KilledProcess child(Path directory, Path errors, long seed, long[] acknowledged)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(directory.toString());
    arguments.add(Long.toString(seed));
    for (long number : acknowledged) {
      arguments.add(Long.toString(number));
    }
    return KilledProcess.start(KillChild.class, errors, arguments);
  }

  static void awaitOpened(Process child, Path errors) throws Exception {
    DataInputStream frames = new DataInputStream(child.getInputStream());
    try {
      assertEquals(KillChild.OPENED, frames.readInt(), "first frame");
      frames.readLong();
    } catch (EOFException e) {
      throw new AssertionError(
          "the child ended with " + child.waitFor() + ":\n" + Files.readString(errors), e);
    }
  }

  /** Notes acknowledged batches; a partial frame at the end was not acknowledged. */
  private void readUntilDeath(DataInputStream frames) throws IOException {
    try {
      while (true) {
        int writer = frames.readInt();
        long number = frames.readLong();
        if (writer != KillChild.OPENED) {
          assertEquals(acknowledged[writer] + 1, number, "acknowledged batches are in order");
          acknowledged[writer] = number;
        }
      }
    } catch (EOFException dead) {
      // All frames were read.
    }
  }

  private void check() {
    try (Store store = Store.open(directory, TinyOptions.of(random.nextInt()))) {
      RecoveryReport report = store.recovery();
      StampedState state = StampedState.read(WRITERS, store);
      // A batch that was written but not acknowledged may be there.
      state.assertBetween(
          acknowledged, Arrays.stream(acknowledged).map(number -> number + 1).toArray());
      acknowledged = state.numbers();
      assertTrue(store.verify().isIntact(), () -> "after " + report);
    }
    OpenFiles.assertNoneUnder(directory);
  }
}
