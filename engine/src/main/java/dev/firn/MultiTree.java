package dev.firn;

/**
 * A named map in a {@link Store} from keys to sorted sets of values.
 *
 * <p><b>Threading.</b> Any number of threads.
 */
public final class MultiTree {

  private final Tree tree;

  MultiTree(Tree tree) {
    this.tree = tree;
  }

  /** Returns the tree's name. */
  public String name() {
    return tree.name();
  }

  @Override
  public String toString() {
    return "MultiTree[" + name() + "]";
  }

  /** The tree of the entries. */
  Tree tree() {
    return tree;
  }
}
