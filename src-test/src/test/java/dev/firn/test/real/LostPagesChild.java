package dev.firn.test.real;

import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The process whose mapped pages go away: runs {@link LostPagesRound}s for a while, and writes how
 * many there were, and how many operations met a page that was gone. What a round finds goes to the
 * standard error, and ends the process with 1; the death of the JVM says all the rest.
 */
final class LostPagesChild {

  private static final int FOUND = 1;

  /** What a store logs when it fails is what the test wants of it. */
  private static final Logger STORES = Logger.getLogger("dev.firn");

  private LostPagesChild() {}

  /** Arguments: a folder that is there, the seed, and for how many milliseconds. */
  public static void main(String[] args) throws Exception {
    STORES.setLevel(Level.OFF);
    Path folder = Path.of(args[0]);
    long seed = Long.parseLong(args[1]);
    long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000;
    long rounds = 0;
    long failures = 0;
    do {
      Path store = folder.resolve("store");
      try {
        failures += new LostPagesRound(store, Seed.mix(seed + rounds) >>> 16).run();
      } catch (Throwable e) {
        e.printStackTrace();
        // Threads of the store may wait for ever for what is gone.
        Runtime.getRuntime().halt(FOUND);
      }
      RealDisk.delete(store);
      rounds++;
    } while (System.nanoTime() < end);
    System.out.println(rounds + " " + failures);
  }
}
