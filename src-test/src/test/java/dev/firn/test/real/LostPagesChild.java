package dev.firn.test.real;

import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The process that loses mapped pages: runs {@link LostPagesRound}s for a while and prints their
 * number and the number of operations that met a lost page. A finding goes to the standard error
 * and ends the process with 1.
 */
final class LostPagesChild {

  private static final int FOUND = 1;

  /** The test makes stores fail; their log is of no interest. */
  private static final Logger STORES = Logger.getLogger("dev.firn");

  private LostPagesChild() {}

  /** Arguments: an existing folder, the seed, and the running time in milliseconds. */
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
        // Threads of the store may wait forever for lost pages.
        Runtime.getRuntime().halt(FOUND);
      }
      RealDisk.delete(store);
      rounds++;
    } while (System.nanoTime() < end);
    System.out.println(rounds + " " + failures);
  }
}
