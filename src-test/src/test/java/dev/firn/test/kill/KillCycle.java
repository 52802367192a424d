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
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One store and the processes that die writing to it, one after another. After each death the store
 * must hold every acknowledged batch as a whole and at most one more of each writer. Some openings
 * are killed too.
 */
final class KillCycle {

  static final Writers WRITERS = new Writers(3, 40);

  private static final int KILLED_BY_SIGNAL_9 = 128 + 9;

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
    Process child = start(directory, errors, random.nextInt(1_000_000), acknowledged);
    try (InputStream pipe = child.getInputStream()) {
      awaitOpened(child, errors);
      DataInputStream frames = new DataInputStream(pipe);
      Thread killer = killerAfter(child, millis * 1_000_000L + random.nextInt(1_000_000));
      readUntilDeath(frames);
      killer.join();
    }
    awaitDeath(child);
  }

  /** The child opens the store 10 to 100 ms after the start of its JVM. */
  private void killWhileOpening() throws Exception {
    Process child = start(directory, errors, random.nextInt(1_000_000), acknowledged);
    try (InputStream pipe = child.getInputStream()) {
      Thread killer = killerAfter(child, (60L + random.nextInt(250)) * 1_000_000);
      readUntilDeath(new DataInputStream(pipe));
      killer.join();
    }
    awaitDeath(child);
  }

  static Process start(Path directory, Path errors, long seed, long[] acknowledged)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-ea",
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ActiveProcessorCount=8", // lets that many writers into the commit pipeline at once
            "--illegal-native-access=deny",
            "--sun-misc-unsafe-memory-access=deny",
            "-cp",
            System.getProperty("java.class.path"),
            KillChild.class.getName(),
            directory.toString(),
            Long.toString(seed)));
    for (long number : acknowledged) {
      command.add(Long.toString(number));
    }
    return new ProcessBuilder(command).redirectError(Redirect.appendTo(errors.toFile())).start();
  }

  private static Thread killerAfter(Process child, long nanos) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                TimeUnit.NANOSECONDS.sleep(nanos);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              // Process.destroyForcibly would close the pipe with its unread content.
              child.toHandle().destroyForcibly();
            });
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

  private void awaitDeath(Process child) throws Exception {
    assertTrue(child.waitFor(30, TimeUnit.SECONDS), "the child does not die");
    assertEquals(
        KILLED_BY_SIGNAL_9, child.exitValue(), () -> "the child died by itself:\n" + errorText());
  }

  private String errorText() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      return e.toString();
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
