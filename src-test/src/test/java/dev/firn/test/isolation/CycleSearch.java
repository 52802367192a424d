package dev.firn.test.isolation;

import dev.firn.test.isolation.Anomaly.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the worst kind of cycle in a graph. Cycles of fewer kinds of dependencies are worse;
 * those that need real time come after those that do not, but before what snapshot isolation
 * allows.
 */
final class CycleSearch {

  /** Shortest cycles are searched from this many transactions of a component. */
  private static final int STARTS = 50;

  private static final int REPORTED = 3;

  private final DependencyGraph graph;
  private final List<TransactionRecord> transactions;

  CycleSearch(DependencyGraph graph, List<TransactionRecord> transactions) {
    this.graph = graph;
    this.transactions = transactions;
  }

  /** A cycle: a node, the edge from there, the next node, ... */
  private record Cycle(Walk walk, List<Integer> nodes, List<Integer> edges) {}

  /** A kind and the dependencies that its cycles consist of. */
  private record Search(Kind kind, boolean separated, Set<Dependency> dependencies) {

    static Search of(Kind kind, boolean separated, Dependency first, Dependency... rest) {
      return new Search(kind, separated, EnumSet.of(first, rest));
    }

    Search withRealTime() {
      Set<Dependency> all = EnumSet.copyOf(dependencies);
      all.add(Dependency.REAL_TIME);
      return new Search(kind, separated, all);
    }
  }

  private static final List<Search> FORBIDDEN_BY_SNAPSHOT =
      List.of(
          Search.of(Kind.G0, false, Dependency.WRITE_WRITE),
          Search.of(Kind.G1C, false, Dependency.WRITE_WRITE, Dependency.WRITE_READ),
          Search.of(
              Kind.G_SINGLE,
              true,
              Dependency.WRITE_WRITE,
              Dependency.WRITE_READ,
              Dependency.READ_WRITE,
              Dependency.RANGE_WRITE));

  private static final List<Search> ALLOWED_BY_SNAPSHOT =
      List.of(
          Search.of(
              Kind.G2_ITEM,
              false,
              Dependency.WRITE_WRITE,
              Dependency.WRITE_READ,
              Dependency.READ_WRITE),
          Search.of(
              Kind.G2,
              false,
              Dependency.WRITE_WRITE,
              Dependency.WRITE_READ,
              Dependency.READ_WRITE,
              Dependency.RANGE_WRITE));

  /** Some cycles of the worst kind that there is. */
  List<Anomaly> worst() {
    List<Search> searches = new ArrayList<>(FORBIDDEN_BY_SNAPSHOT);
    FORBIDDEN_BY_SNAPSHOT.forEach(search -> searches.add(search.withRealTime()));
    searches.addAll(ALLOWED_BY_SNAPSHOT);
    ALLOWED_BY_SNAPSHOT.forEach(search -> searches.add(search.withRealTime()));
    for (Search search : searches) {
      List<Anomaly> found = find(search);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<Anomaly> find(Search search) {
    Walk walk = new Walk(graph, search.dependencies, search.separated);
    Components components = new Components(walk);
    List<Anomaly> found = new ArrayList<>();
    for (int[] component : components.cyclic()) {
      if (found.size() == REPORTED) {
        break;
      }
      Cycle cycle = search.separated ? withOneAntiDependency(walk, component, components) : null;
      if (cycle == null) {
        cycle = shortest(walk, component, components);
      }
      found.add(new Anomaly(kind(search, cycle), text(cycle)));
    }
    return found;
  }

  private Kind kind(Search search, Cycle cycle) {
    long count = cycle.edges.stream().filter(e -> graph.kind(e).isAntiDependency()).count();
    return search.separated && count > 1 ? Kind.G_NONADJACENT : search.kind;
  }

  private Cycle shortest(Walk walk, int[] component, Components components) {
    Cycle shortest = null;
    int step = Math.max(1, component.length / STARTS);
    for (int i = 0; i < component.length; i += step) {
      Cycle cycle = path(walk, component[i], component[i], components);
      if (cycle != null && (shortest == null || cycle.edges.size() < shortest.edges.size())) {
        shortest = cycle;
      }
    }
    if (shortest == null) {
      throw new AssertionError("no cycle in a component of " + component.length);
    }
    return shortest;
  }

  /** A cycle of one anti-dependency and of others; null if none is found. */
  private @Nullable Cycle withOneAntiDependency(Walk walk, int[] component, Components components) {
    Set<Dependency> others = EnumSet.copyOf(walk.kinds());
    others.removeIf(Dependency::isAntiDependency);
    Walk back = new Walk(graph, others, true);
    Cycle shortest = null;
    int tries = 0;
    for (int node : component) {
      for (int edge = walk.firstEdge(node); edge < walk.endOfEdges(node); edge++) {
        int next = walk.target(node, edge);
        if (next == Walk.NOWHERE
            || !graph.kind(edge).isAntiDependency()
            || !components.areTogether(node, next)) {
          continue;
        }
        Cycle way = path(back, next, node, components);
        if (way != null && (shortest == null || way.edges.size() < shortest.edges.size() - 1)) {
          way.nodes.addFirst(node);
          way.edges.addFirst(edge);
          shortest = new Cycle(walk, way.nodes, way.edges);
        }
        if (++tries > STARTS && shortest != null) {
          return shortest;
        }
      }
    }
    return shortest;
  }

  /** A shortest way with at least one edge within a component; null if there is none. */
  private @Nullable Cycle path(Walk walk, int from, int to, Components components) {
    Map<Integer, int[]> arrivals = new HashMap<>(); // node: the node and the edge before it
    Deque<Integer> reached = new ArrayDeque<>();
    reached.add(from);
    while (!reached.isEmpty()) {
      int node = reached.remove();
      for (int edge = walk.firstEdge(node); edge < walk.endOfEdges(node); edge++) {
        int next = walk.target(node, edge);
        if (next == Walk.NOWHERE
            || !components.areTogether(from, next)
            || arrivals.putIfAbsent(next, new int[] {node, edge}) != null) {
          continue;
        }
        if (next == to) {
          return trace(walk, from, to, arrivals);
        }
        reached.add(next);
      }
    }
    return null;
  }

  private static Cycle trace(Walk walk, int from, int to, Map<Integer, int[]> arrivals) {
    List<Integer> nodes = new ArrayList<>();
    List<Integer> edges = new ArrayList<>();
    int node = to;
    do {
      int[] arrival = arrivals.get(node);
      if (arrival == null) {
        throw new AssertionError("no arrival at " + node);
      }
      node = arrival[0];
      nodes.addFirst(node);
      edges.addFirst(arrival[1]);
    } while (node != from);
    return new Cycle(walk, nodes, edges);
  }

  private String text(Cycle cycle) {
    StringBuilder text = new StringBuilder();
    Set<Long> items = new HashSet<>();
    for (int i = 0; i < cycle.edges.size(); i++) {
      int transaction = cycle.walk.transaction(cycle.nodes.get(i));
      text.append("  ").append(graph.text(transaction, cycle.edges.get(i))).append('\n');
      Version version = graph.evidence(cycle.edges.get(i));
      if (version != null) {
        items.add(version.item);
      }
    }
    cycle.nodes.stream()
        .map(cycle.walk::transaction)
        .distinct()
        .forEach(t -> text.append("  T%d: %s%n".formatted(t, transactions.get(t).text(items))));
    return text.toString().stripTrailing();
  }
}
