package dev.firn;

import dev.firn.core.merge.OperandMerger;
import dev.firn.engine.Engine;
import dev.firn.version.TreeKind;
import dev.firn.version.TreeSettings;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The trees of an open store that were asked for: one object for each name.
 *
 * <p><b>Threading.</b> Any number of threads. A tree is opened and dropped by one at a time.
 */
final class OpenTrees {

  /**
   * A tree in its two forms.
   *
   * @param tree its entries
   * @param multi the API of a multi tree; null for a plain one
   */
  private record Opened(Tree tree, @Nullable MultiTree multi) {

    TreeKind kind() {
      return multi == null ? TreeKind.PLAIN : TreeKind.MULTI;
    }
  }

  private final Engine engine;
  private final ConcurrentHashMap<String, Opened> opened = new ConcurrentHashMap<>();

  OpenTrees(Engine engine) {
    this.engine = engine;
  }

  /** The plain tree of a name; null options: as it is. */
  Tree plain(String name, @Nullable TreeOptions options) {
    return open(name, TreeKind.PLAIN, options).tree;
  }

  /** The multi tree of a name; null options: as it is. */
  MultiTree multi(String name, @Nullable TreeOptions options) {
    MultiTree multi = open(name, TreeKind.MULTI, options).multi;
    if (multi == null) {
      throw new IllegalStateException(name);
    }
    return multi;
  }

  private Opened open(String name, TreeKind kind, @Nullable TreeOptions options) {
    Opened known = opened.get(name);
    if (known != null && known.kind() == kind && options == null) {
      return known;
    }
    return opened.compute(
        name,
        (n, before) -> {
          if (before != null && options == null) {
            settings(before.kind()).checkChange(n, settings(kind));
            return before;
          }
          TreeSettings wanted = options == null ? asItIs(n, kind) : options.settings(kind);
          int id = engine.openTree(n, wanted);
          Opened now = before != null ? before : opened(new Tree(engine, n, id), kind);
          now.tree.set(wanted);
          MergeOperator operator = operator(wanted, options);
          if (operator != null && !now.tree.merges()) {
            engine.giveOperator(id, n, new TreeMerger(operator));
            now.tree.setOperator(operator);
          }
          return now;
        });
  }

  private static @Nullable MergeOperator operator(
      TreeSettings settings, @Nullable TreeOptions options) {
    String name = settings.operator();
    if (options != null) {
      return options.mergeOperator();
    }
    return name == null ? null : KnownOperators.of(name);
  }

  /** As the engine calls an operator of the API. */
  private record TreeMerger(MergeOperator operator) implements OperandMerger {

    @Override
    public byte[] apply(byte[] key, byte @Nullable [] value, List<byte[]> operands) {
      return operator.merge(key, value, operands);
    }

    @Override
    public byte @Nullable [] combine(byte[] key, List<byte[]> operands) {
      return operator.combine(key, operands);
    }
  }

  /**
   * The settings of a tree that is opened without options: an operator must be given anew, unless
   * it is a known one.
   */
  private TreeSettings asItIs(String name, TreeKind kind) {
    TreeSettings wanted = settings(kind);
    TreeSettings known = engine.treeSettings(name);
    if (known == null) {
      return wanted;
    }
    String operator = known.operator();
    if (operator == null || kind != TreeKind.PLAIN || KnownOperators.of(operator) == null) {
      known.checkChange(name, wanted);
    }
    return known;
  }

  private static TreeSettings settings(TreeKind kind) {
    return kind == TreeKind.MULTI ? TreeSettings.multi() : TreeSettings.DEFAULTS;
  }

  private static Opened opened(Tree tree, TreeKind kind) {
    return new Opened(tree, kind == TreeKind.MULTI ? new MultiTree(tree) : null);
  }

  /** Whether there is a multi tree of a name. */
  boolean isMulti(String name) {
    TreeSettings known = engine.treeSettings(name);
    return known != null && known.kind() == TreeKind.MULTI;
  }

  /** Drops a tree; returns whether there was one. */
  boolean drop(String name) {
    boolean[] wasThere = new boolean[1];
    opened.compute(
        name,
        (n, known) -> {
          wasThere[0] =
              known == null ? engine.dropTree(n) : known.tree.drop(() -> engine.dropTree(n));
          return null;
        });
    return wasThere[0];
  }
}
