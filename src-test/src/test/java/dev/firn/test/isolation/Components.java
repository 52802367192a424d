package dev.firn.test.isolation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The strongly connected components of a walk, by Tarjan's algorithm ("Depth-first search and
 * linear graph algorithms", 1972) with a stack of its own instead of recursion.
 */
final class Components {

  private final Walk walk;
  private final int[] component;
  private final int[] order;
  private final int[] low;
  private final int[] open;
  private final int[] path;
  private final int[] edge;
  private final List<int[]> cyclic = new ArrayList<>();
  private int openCount;
  private int visited;
  private int components;

  Components(Walk walk) {
    int nodes = walk.nodes();
    this.walk = walk;
    this.component = new int[nodes];
    this.order = new int[nodes];
    this.low = new int[nodes];
    this.open = new int[nodes];
    this.path = new int[nodes];
    this.edge = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      if (order[node] == 0) {
        visitFrom(node);
      }
    }
  }

  /** The components with more than one node. */
  List<int[]> cyclic() {
    return cyclic;
  }

  boolean areTogether(int one, int other) {
    return component[one] == component[other];
  }

  private void visitFrom(int root) {
    int depth = 0;
    enter(root, depth);
    while (depth >= 0) {
      int node = path[depth];
      if (edge[depth] < walk.endOfEdges(node)) {
        int next = walk.target(node, edge[depth]++);
        if (next == Walk.NOWHERE) {
          continue;
        }
        if (order[next] == 0) {
          enter(next, ++depth);
        } else if (component[next] == 0) {
          low[node] = Math.min(low[node], order[next]);
        }
      } else {
        leave(node);
        if (--depth >= 0) {
          low[path[depth]] = Math.min(low[path[depth]], low[node]);
        }
      }
    }
  }

  private void enter(int node, int depth) {
    path[depth] = node;
    edge[depth] = walk.firstEdge(node);
    order[node] = ++visited;
    low[node] = visited;
    open[openCount++] = node;
  }

  private void leave(int node) {
    if (low[node] != order[node]) {
      return;
    }
    components++;
    int end = openCount;
    do {
      component[open[--openCount]] = components;
    } while (open[openCount] != node);
    if (end - openCount > 1) {
      cyclic.add(Arrays.copyOfRange(open, openCount, end));
    }
  }
}
