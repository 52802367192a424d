package dev.firn.test.merge;

import dev.firn.MergeOperator;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Counters by a merge operator against get-then-put: rounds of both in turn, each on a store of its
 * own, which holds all counters in one run of tables when a round begins. Prints the medians, and
 * the ratio.
 *
 * <pre>
 *  CounterBench FOLDER [COUNTERS [ADDS [ROUNDS]]]
 * </pre>
 */
public final class CounterBench {

  private static final MergeOperator COUNTER = MergeOperator.counter();
  private static final byte[] ONE = MergeOperator.ofLong(1);

  private final Path folder;
  private final int counters;
  private final int adds;
  private final int rounds;

  private CounterBench(Path folder, int counters, int adds, int rounds) {
    this.folder = folder;
    this.counters = counters;
    this.adds = adds;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws IOException {
    new CounterBench(
            Path.of(args[0]),
            args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000,
            args.length > 2 ? Integer.parseInt(args[2]) : 500_000,
            args.length > 3 ? Integer.parseInt(args[3]) : 5)
        .run();
  }

  private void run() throws IOException {
    Path mergedIn = Files.createDirectories(folder.resolve("merged"));
    Path putIn = Files.createDirectories(folder.resolve("put"));
    try (Store merging = Store.open(mergedIn);
        Store putting = Store.open(putIn)) {
      run(
          merging,
          merging.tree("counters", TreeOptions.builder().mergeOperator(COUNTER).build()),
          putting,
          putting.tree("counters"));
    }
    delete(folder);
  }

  private void run(Store merging, Tree merged, Store putting, Tree put) {
    for (int i = 0; i < counters; i++) {
      merged.put(key(i), MergeOperator.ofLong(0));
      put.put(key(i), MergeOperator.ofLong(0));
    }
    double[] merges = new double[rounds];
    double[] puts = new double[rounds];
    double[] mergedGets = new double[rounds];
    double[] putGets = new double[rounds];
    for (int round = -1; round < rounds; round++) {
      int at = Math.max(0, round); // the first round warms up
      merging.compact();
      putting.compact();
      SplittableRandom random = new SplittableRandom(round);
      merges[at] = rate(() -> merged.merge(key(random.nextInt(counters)), ONE));
      puts[at] = rate(() -> addByPut(put, key(random.nextInt(counters))));
      mergedGets[at] = rate(() -> merged.get(key(random.nextInt(counters))));
      putGets[at] = rate(() -> put.get(key(random.nextInt(counters))));
    }
    check(merged);
    check(put);
    System.out.printf(
        "merge %.0f adds/s, get and put %.0f adds/s, ratio %.2f%n",
        median(merges), median(puts), median(merges) / median(puts));
    System.out.printf(
        "get after merges %.0f/s, after puts %.0f/s, ratio %.2f%n",
        median(mergedGets), median(putGets), median(mergedGets) / median(putGets));
  }

  private static void addByPut(Tree tree, byte[] key) {
    tree.put(key, MergeOperator.ofLong(MergeOperator.toLong(tree.get(key)) + 1));
  }

  private void check(Tree tree) {
    long sum = 0;
    for (int i = 0; i < counters; i++) {
      sum += MergeOperator.toLong(tree.get(key(i)));
    }
    if (sum != (rounds + 1L) * adds) {
      throw new AssertionError(tree + ": the counters sum up to " + sum);
    }
  }

  private static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Calls in a second. */
  private double rate(Runnable call) {
    long start = System.nanoTime();
    for (int i = 0; i < adds; i++) {
      call.run();
    }
    return adds * 1e9 / (System.nanoTime() - start);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number * 0x9e3779b97f4a7c15L).array();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
