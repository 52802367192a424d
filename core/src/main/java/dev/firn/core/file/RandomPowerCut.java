package dev.firn.core.file;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Keeps another part of the unsynced state for each seed, from nothing to everything. */
final class RandomPowerCut implements PowerCut {

  private static final double[] SHARES = {0, 0.1, 0.5, 0.9, 1};

  private final SplittableRandom random;
  private final double names;
  private final double pages;

  RandomPowerCut(long seed) {
    random = new SplittableRandom(seed);
    names = SHARES[random.nextInt(SHARES.length)];
    pages = SHARES[random.nextInt(SHARES.length)];
  }

  @Override
  public boolean keepsName(Path file) {
    return random.nextDouble() < names;
  }

  @Override
  public long length(Path file, long synced, long newest) {
    if (random.nextDouble() >= pages) {
      return synced;
    }
    long low = Math.min(synced, newest);
    long high = Math.max(synced, newest);
    return random.nextBoolean() ? newest : random.nextLong(low, high + 1);
  }

  @Override
  public void versions(Path file, long page, int newest, int[] versions) {
    Arrays.fill(versions, version(newest));
    if (random.nextInt(8) == 0) {
      int other = version(newest);
      for (int sector = 0; sector < versions.length; sector++) {
        if (random.nextBoolean()) {
          versions[sector] = other;
        }
      }
    }
  }

  private int version(int newest) {
    if (random.nextDouble() >= pages) {
      return 0;
    }
    return random.nextBoolean() ? newest : random.nextInt(newest + 1);
  }
}
