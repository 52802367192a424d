package dev.firn.test.kill;

import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kill test for any time: {@code --minutes N}, {@code --cycles N} for each store.
 *
 * <p>A seed fixes the options and the times of the kills, but not the threads' progress.
 */
public final class KillMain {

  private KillMain() {}

  public static void main(String[] args) throws Exception {
    long minutes = 1;
    int cycles = 20;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--minutes" -> minutes = Long.parseLong(args[++i]);
        case "--cycles" -> cycles = Integer.parseInt(args[++i]);
        default -> throw new IllegalArgumentException("argument=" + args[i]);
      }
    }
    int perStore = cycles;
    Seed.runFor(minutes * 60_000, seed -> run(seed, perStore));
  }

  private static void run(long seed, int cycles) throws Exception {
    Path directory = Files.createTempDirectory("firn-kill");
    KillCycle cycle = new KillCycle(directory, seed);
    for (int i = 0; i < cycles; i++) {
      cycle.run();
    }
    System.out.println(cycles + " cycles, " + cycle.batches() + " batches");
    // After a failure the folder stays for inspection.
    RealDisk.delete(directory);
  }
}
