package dev.firn.test.isolation;

import dev.firn.test.isolation.ReadAnalysis.AbsentRead;
import dev.firn.test.isolation.ReadAnalysis.Read;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The anomalies of a history. Takes time in proportion to its operations, the elements of its lists
 * and the keys in its scanned ranges.
 *
 * <p>It is <i>sound</i>: what it reports is an anomaly, given that a transaction takes effect
 * between its begin and its end. It finds what the known order of versions shows: the order of
 * writes without a read, at the same time, is not known, nor which of several deletions a read met.
 */
public final class HistoryCheck {

  private static final int REPORTED = 5;

  private final List<TransactionRecord> transactions;
  private final Versions versions;
  private final DependencyGraph.Builder graph;
  private final List<Anomaly> anomalies = new ArrayList<>();

  private HistoryCheck(History history) {
    this.transactions = history.transactions();
    this.versions = new Versions(transactions);
    this.graph = new DependencyGraph.Builder(transactions.size());
  }

  /** All anomalies of single reads, and some cycles of the worst kind. */
  public static List<Anomaly> anomalies(History history) {
    return new HistoryCheck(history).run();
  }

  /** Fails if the history has an anomaly that snapshot isolation excludes. */
  public static void assertSnapshotIsolated(History history) {
    assertNone(history, anomaly -> !anomaly.kind().isAllowedBySnapshot());
  }

  /** Fails if the history has an anomaly. */
  public static void assertSerializable(History history) {
    assertNone(history, anomaly -> true);
  }

  private static void assertNone(History history, Predicate<Anomaly> isForbidden) {
    List<Anomaly> found = anomalies(history).stream().filter(isForbidden).toList();
    if (!found.isEmpty()) {
      throw new AssertionError(
          found.stream()
              .sorted(Comparator.comparing(Anomaly::kind))
              .limit(REPORTED)
              .map(Anomaly::toString)
              .collect(
                  Collectors.joining(
                      "\n", found.size() + " in " + history.size() + " transactions\n", "")));
    }
  }

  private List<Anomaly> run() {
    ReadAnalysis analysis = new ReadAnalysis(transactions, versions, anomalies::add);
    analysis.run();
    versions.all().forEach(ItemVersions::orderChains);
    versions.all().forEach(this::addWrites);
    analysis.reads().forEach(this::addRead);
    analysis.absentReads().forEach(this::addAbsentRead);
    addRealTime();
    anomalies.addAll(new CycleSearch(graph.build(), transactions).worst());
    return anomalies;
  }

  private void addWrites(ItemVersions item) {
    for (Version version : item.written()) {
      for (Version next : version.successors()) {
        graph.add(version.writer, next.writer, Dependency.WRITE_WRITE, version);
      }
    }
  }

  private void addAbsentRead(AbsentRead read) {
    Version version = versions.of(read.item()).absent(read.transaction());
    if (version != null) {
      addRead(new Read(read.transaction(), version, read.ofRange()));
    }
  }

  private void addRead(Read read) {
    Version version = read.version();
    graph.add(version.writer, read.transaction(), Dependency.WRITE_READ, version);
    Dependency kind = read.ofRange() ? Dependency.RANGE_WRITE : Dependency.READ_WRITE;
    for (Version next : version.successors()) {
      graph.add(read.transaction(), next.writer, kind, version);
    }
  }

  /**
   * Adds the dependencies of transactions on those that ended before they began, without those that
   * follow from others: on one that had ended when another one of these began.
   */
  private void addRealTime() {
    List<Integer> committed = new ArrayList<>();
    for (int i = 0; i < transactions.size(); i++) {
      if (versions.isCommitted(i)) {
        committed.add(i);
      }
    }
    Integer[] byBegin = committed.toArray(Integer[]::new);
    Arrays.sort(byBegin, Comparator.comparingLong(i -> transactions.get(i).begin()));
    Integer[] byEnd = committed.toArray(Integer[]::new);
    Arrays.sort(byEnd, Comparator.comparingLong(i -> transactions.get(i).end()));
    Deque<Integer> latest = new ArrayDeque<>(); // by end; each began before any of them ended
    long lastBegin = Long.MIN_VALUE;
    int ended = 0;
    for (int transaction : byBegin) {
      long begin = transactions.get(transaction).begin();
      while (ended < byEnd.length && transactions.get(byEnd[ended]).end() < begin) {
        int next = byEnd[ended++];
        lastBegin = Math.max(lastBegin, transactions.get(next).begin());
        latest.add(next);
      }
      while (!latest.isEmpty() && transactions.get(latest.getFirst()).end() < lastBegin) {
        latest.removeFirst();
      }
      for (int before : latest) {
        graph.add(before, transaction, Dependency.REAL_TIME, null);
      }
    }
  }
}
