package dev.firn.version;

import dev.firn.sstable.TableMetadata;

/**
 * The table of a part of a run that overlaps the fewest bytes of another run for its size; of
 * equals the oldest.
 *
 * @param below the parts of the other run that the part overlaps
 * @param index index of the table in its part
 * @param number number of the table
 * @param ratio bytes that it overlaps for each byte of its own
 */
record LeastOverlap(RunPart[] below, int index, long number, double ratio) {

  static LeastOverlap of(RunPart part, Run below) {
    int best = 0;
    double min = Double.MAX_VALUE;
    int from = below.firstEndingAtOrAfter(part.first().smallestKey());
    for (int i = 0; i < part.size(); i++) {
      TableMetadata table = part.table(i);
      byte[] smallest = table.smallestKey();
      byte[] largest = table.largestKey();
      while (from < below.size() && below.table(from).compareLargest(smallest) < 0) {
        from++;
      }
      long bytes = 0;
      for (int at = from;
          at < below.size() && below.table(at).compareSmallest(largest) <= 0;
          at++) {
        bytes += below.table(at).fileBytes();
      }
      double ratio = (double) bytes / table.fileBytes();
      if (isLess(ratio, table.number(), min, part.table(best).number())) {
        min = ratio;
        best = i;
      }
    }
    RunPart[] parts = below.partsOver(part.first().smallestKey(), part.last().largestKey());
    return new LeastOverlap(parts, best, part.table(best).number(), min);
  }

  /** Whether this is the answer for this run, too: it has the same parts between two keys. */
  boolean isOver(Run run, byte[] smallest, byte[] largest) {
    return run.hasPartsOver(below, smallest, largest);
  }

  boolean isLessThan(LeastOverlap other) {
    return isLess(ratio, number, other.ratio, other.number);
  }

  private static boolean isLess(double ratio, long number, double other, long otherNumber) {
    return ratio < other || (ratio == other && number < otherNumber);
  }
}
