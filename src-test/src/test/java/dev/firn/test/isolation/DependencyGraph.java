package dev.firn.test.isolation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Transactions and their dependencies. Edges are numbered; those of a transaction are adjacent. */
final class DependencyGraph {

  private static final Dependency[] KINDS = Dependency.values();

  private final int[] first;
  private final int[] target;
  private final byte[] kind;
  private final @Nullable Version[] evidence;

  private DependencyGraph(int[] first, int[] target, byte[] kind, @Nullable Version[] evidence) {
    this.first = first;
    this.target = target;
    this.kind = kind;
    this.evidence = evidence;
  }

  int transactions() {
    return first.length - 1;
  }

  /** The first edge of a transaction; the last one precedes that of the next transaction. */
  int first(int transaction) {
    return first[transaction];
  }

  int target(int edge) {
    return target[edge];
  }

  Dependency kind(int edge) {
    return KINDS[kind[edge]];
  }

  /** The version that one transaction read or wrote and the other read or replaced, if any. */
  @Nullable Version evidence(int edge) {
    return evidence[edge];
  }

  /** One edge as a sentence. */
  String text(int from, int edge) {
    String text = "T%d -%s-> T%d".formatted(from, kind(edge).label, target(edge));
    Version version = evidence[edge];
    if (version == null) {
      return text + ": it had ended when T" + target(edge) + " began";
    }
    return text
        + ": key "
        + Item.text(version.item)
        + ", "
        + Version.text(version.number)
        + switch (kind(edge)) {
          case WRITE_WRITE -> " was replaced";
          case WRITE_READ -> " was read";
          case READ_WRITE -> " was read, and replaced";
          case RANGE_WRITE -> " in a range, and replaced";
          case REAL_TIME -> "";
        };
  }

  /** Collects edges in any order. */
  static final class Builder {

    private final int transactions;
    private int[] from = new int[1024];
    private int[] to = new int[1024];
    private byte[] kinds = new byte[1024];
    private @Nullable Version[] evidence = new Version[1024];
    private int count;

    Builder(int transactions) {
      this.transactions = transactions;
    }

    /** Adds an edge unless it is a loop, or begins or ends at no transaction. */
    void add(int source, int target, Dependency kind, @Nullable Version version) {
      if (source == target || source == Version.NONE || target == Version.NONE) {
        return;
      }
      if (count == from.length) {
        from = Arrays.copyOf(from, 2 * count);
        to = Arrays.copyOf(to, 2 * count);
        kinds = Arrays.copyOf(kinds, 2 * count);
        evidence = Arrays.copyOf(evidence, 2 * count);
      }
      from[count] = source;
      to[count] = target;
      kinds[count] = (byte) kind.ordinal();
      evidence[count] = version;
      count++;
    }

    DependencyGraph build() {
      int[] first = new int[transactions + 1];
      for (int i = 0; i < count; i++) {
        first[from[i] + 1]++;
      }
      for (int i = 0; i < transactions; i++) {
        first[i + 1] += first[i];
      }
      int[] next = first.clone();
      int[] target = new int[count];
      byte[] kind = new byte[count];
      @Nullable Version[] sorted = new Version[count];
      for (int i = 0; i < count; i++) {
        int place = next[from[i]]++;
        target[place] = to[i];
        kind[place] = kinds[i];
        sorted[place] = evidence[i];
      }
      return new DependencyGraph(first, target, kind, sorted);
    }
  }
}
