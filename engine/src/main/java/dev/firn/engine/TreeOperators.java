package dev.firn.engine;

import dev.firn.core.merge.OperandMerger;
import dev.firn.core.merge.OperandMergers;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The merge operators that were given for the trees of an open store. Until that of a tree is
 * given, flushes and compactions keep its operands as they are.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class TreeOperators implements OperandMergers {

  private record Known(String tree, OperandMerger merger) {}

  private final Map<Integer, Known> known = new ConcurrentHashMap<>();

  /** The trees whose operator has failed in the background. */
  private final Set<Integer> failed = ConcurrentHashMap.newKeySet();

  private final Health health;

  TreeOperators(Health health) {
    this.health = health;
  }

  /** Sets the operator of a tree. */
  void give(int tree, String name, OperandMerger merger) {
    known.put(tree, new Known(name, merger));
  }

  @Override
  public @Nullable OperandMerger of(int tree) {
    Known found = known.get(tree);
    return found == null ? null : found.merger;
  }

  /** Tells {@link Health} of the first failure of each operator. */
  @Override
  public void failed(int tree, Throwable cause) {
    if (failed.add(tree)) {
      health.warn("merging operands of " + describe(tree) + ", which are kept as they are", cause);
    }
  }

  /** A tree in words. */
  String describe(int tree) {
    Known found = known.get(tree);
    return found == null ? "a tree with the id " + tree : "tree=" + found.tree;
  }
}
