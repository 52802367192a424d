package dev.firn.test.isolation;

import dev.firn.test.isolation.Anomaly.Kind;
import dev.firn.test.isolation.Operation.Delete;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the committed transactions: finds the anomalies that one read shows, links versions
 * that follow each other, and collects what transactions read of others.
 */
final class ReadAnalysis {

  /** A read of a version that another transaction wrote, or of none. */
  record Read(int transaction, Version version, boolean ofRange) {}

  /** A read that did not find a key; which version that was depends on the order of all. */
  record AbsentRead(int transaction, long item, boolean ofRange) {}

  private final List<TransactionRecord> transactions;
  private final Versions versions;
  private final Consumer<Anomaly> found;
  private final List<Read> reads = new ArrayList<>();
  private final List<AbsentRead> absentReads = new ArrayList<>();

  /** Of the current transaction: its last write of each item, and what it read before. */
  private final Map<Long, Version> own = new HashMap<>();

  private final Map<Long, Version> seen = new HashMap<>();
  private int current;

  ReadAnalysis(List<TransactionRecord> transactions, Versions versions, Consumer<Anomaly> found) {
    this.transactions = transactions;
    this.versions = versions;
    this.found = found;
  }

  List<Read> reads() {
    return reads;
  }

  List<AbsentRead> absentReads() {
    return absentReads;
  }

  void run() {
    for (current = 0; current < transactions.size(); current++) {
      if (versions.isCommitted(current)) {
        own.clear();
        seen.clear();
        transactions.get(current).operations().forEach(this::analyse);
      }
    }
  }

  private void analyse(Operation operation) {
    switch (operation) {
      case Get get -> read(get, false);
      case Put put -> write(put.item(), put.version());
      case Delete delete -> write(delete.item(), delete.version());
      case Scan scan -> scan(scan);
    }
  }

  private void write(long item, long number) {
    Version version = required(number);
    Version before = own.put(item, version);
    if (before == null) {
      before = seen.get(item);
    }
    if (before != null) {
      link(before, version);
    }
  }

  private Version required(long number) {
    Version version = versions.written(number);
    if (version == null) {
      throw new AssertionError("version " + number);
    }
    return version;
  }

  private void scan(Scan scan) {
    Set<Long> there = new HashSet<>();
    for (Get get : scan.found()) {
      if (get.item() < scan.from() || get.item() >= scan.to() || !there.add(get.item())) {
        report(Kind.UNWRITTEN, get + " is twice or out of bounds", get.item(), current);
      }
      read(get, true);
    }
    for (long item : versions.items(scan.from(), scan.to())) {
      if (!there.contains(item)) {
        read(new Get(item, Operation.ABSENT), true);
      }
    }
  }

  private void read(Get get, boolean ofRange) {
    Version mine = own.get(get.item());
    if (mine != null) {
      long wanted = mine.isDelete ? Operation.ABSENT : mine.number;
      if (get.found() != wanted) {
        report(Kind.INTERNAL, get + " after it wrote " + Version.text(wanted), get.item(), current);
      }
    } else if (get.found() == Operation.ABSENT) {
      readAbsent(get.item(), ofRange);
    } else {
      readVersion(get);
    }
  }

  private void readAbsent(long item, boolean ofRange) {
    absentReads.add(new AbsentRead(current, item, ofRange));
    if (versions.of(item).isAbsentInitially()) {
      seen.put(item, versions.of(item).initial());
    }
  }

  private void readVersion(Get get) {
    Version version = readable(get, get.found());
    if (version != null) {
      if (version.isIntermediate) {
        report(
            Kind.G1B,
            get + ", which " + writer(version) + " replaced itself",
            get.item(),
            version.writer);
      }
      follow(get, version);
      reads.add(new Read(current, version, false));
      seen.put(get.item(), version);
    }
  }

  /** A version that a read found; null, and an anomaly, if it must not be found. */
  private @Nullable Version readable(Get get, long number) {
    Version version = versions.written(number);
    if (version == null || version.isDelete || version.item != get.item()) {
      report(
          Kind.UNWRITTEN, get + ": no transaction wrote " + number + " to it", get.item(), current);
      return null;
    }
    if (!versions.isCommitted(version.writer)) {
      report(
          Kind.G1A,
          get + ": " + number + " is of " + writer(version) + ", which aborted",
          get.item(),
          version.writer);
      return null;
    }
    return version;
  }

  /** Links the versions of a trail. */
  private void follow(Get get, Version last) {
    long[] trail = get.trail();
    if (trail.length == 1 || Arrays.equals(trail, last.trail)) {
      return;
    }
    if (last.trail == null) {
      last.trail = trail;
    }
    Version after = last;
    for (int i = trail.length - 2; i >= 0; i--) {
      Version version =
          trail[i] == Operation.ABSENT
              ? versions.of(get.item()).initial()
              : readable(get, trail[i]);
      if (version == null) {
        return;
      }
      link(version, after);
      after = version;
    }
  }

  /** One version comes immediately before another. */
  private void link(Version before, Version after) {
    if (after.previous == before) {
      return;
    }
    Version rival = before.next;
    if (after.previous == null && rival == null && before != after) {
      before.next = after;
      after.previous = before;
    } else if (rival != null && rival.writer != after.writer && after.previous == null) {
      report(
          Kind.LOST_UPDATE,
          "%s: both %s and %s read %s and replaced it, by %d and %d"
              .formatted(
                  Item.text(after.item),
                  writer(rival),
                  writer(after),
                  Version.text(before.number),
                  rival.number,
                  after.number),
          after.item,
          rival.writer);
    } else {
      report(
          Kind.ORDER,
          "%s: %d follows %s; elsewhere it follows %s, or %s follows"
              .formatted(
                  Item.text(after.item),
                  after.number,
                  Version.text(before.number),
                  text(after.previous),
                  text(rival)),
          after.item,
          after.writer);
    }
  }

  private static String text(@Nullable Version version) {
    return version == null ? "none" : Version.text(version.number);
  }

  private static String writer(Version version) {
    return "T" + version.writer;
  }

  /** Reports what a read of an item shows, and what its reader and another one did with it. */
  private void report(Kind kind, String text, long item, int other) {
    Set<Long> items = Set.of(item);
    String told =
        IntStream.of(current, other)
            .distinct()
            .mapToObj(t -> "\n  T%d: %s".formatted(t, transactions.get(t).text(items)))
            .collect(Collectors.joining());
    found.accept(new Anomaly(kind, "  T" + current + ": " + text + told));
  }
}
