package dev.firn.test.isolation;

import java.util.Set;

/**
 * The ways through a graph that use dependencies of some kinds. A walk that must not use two
 * anti-dependencies one after another has two nodes for each transaction: reached by an
 * anti-dependency, or by another one.
 *
 * @param kinds the dependencies that it uses
 * @param separated whether no anti-dependency may follow another one
 */
record Walk(DependencyGraph graph, Set<Dependency> kinds, boolean separated) {

  static final int NOWHERE = -1;

  int nodes() {
    return separated ? 2 * graph.transactions() : graph.transactions();
  }

  int transaction(int node) {
    return separated ? node >> 1 : node;
  }

  int firstEdge(int node) {
    return graph.first(transaction(node));
  }

  int endOfEdges(int node) {
    return graph.first(transaction(node) + 1);
  }

  /** Where an edge leads from a node, or {@link #NOWHERE}. */
  int target(int node, int edge) {
    Dependency kind = graph.kind(edge);
    if (!kinds.contains(kind)) {
      return NOWHERE;
    }
    if (!separated) {
      return graph.target(edge);
    }
    int anti = kind.isAntiDependency() ? 1 : 0;
    return (node & anti) == 1 ? NOWHERE : 2 * graph.target(edge) + anti;
  }
}
