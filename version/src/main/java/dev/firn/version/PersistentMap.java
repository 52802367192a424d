package dev.firn.version;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map of which changed copies are cheap: a copy shares all but a logarithmic number of
 * nodes with the original.
 *
 * <p>It is a weight-balanced tree: at each node, the larger subtree has at most three times the
 * weight of the smaller one. S. Adams, "Efficient sets: a balancing act"; Y. Hirai and K. Yamamoto,
 * "Balancing weight-balanced trees", prove the two factors.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * @param <K> keys, in their natural order
 * @param <V> values
 */
final class PersistentMap<K extends Comparable<K>, V> {

  private static final int BALANCE = 3;
  private static final int SINGLE_ROTATION = 2;

  private record Node<K, V>(
      K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right, int size) {}

  private final @Nullable Node<K, V> root;

  private PersistentMap(@Nullable Node<K, V> root) {
    this.root = root;
  }

  static <K extends Comparable<K>, V> PersistentMap<K, V> empty() {
    return new PersistentMap<>(null);
  }

  int size() {
    return size(root);
  }

  @Nullable V get(K key) {
    Node<K, V> at = root;
    while (at != null) {
      int order = key.compareTo(at.key);
      if (order == 0) {
        return at.value;
      }
      at = order < 0 ? at.left : at.right;
    }
    return null;
  }

  /** As {@link #get}, without an object for the key. */
  static <V> @Nullable V get(PersistentMap<Integer, V> map, int key) {
    Node<Integer, V> at = map.root;
    while (at != null) {
      int found = at.key;
      if (key == found) {
        return at.value;
      }
      at = key < found ? at.left : at.right;
    }
    return null;
  }

  boolean containsKey(K key) {
    return get(key) != null;
  }

  /** The smallest key at or above a key, or null. */
  @Nullable K ceiling(K key) {
    K found = null;
    Node<K, V> at = root;
    while (at != null) {
      if (key.compareTo(at.key) <= 0) {
        found = at.key;
        at = at.left;
      } else {
        at = at.right;
      }
    }
    return found;
  }

  /** The count of keys at or below a key. */
  int countTo(K key) {
    int count = 0;
    Node<K, V> at = root;
    while (at != null) {
      if (key.compareTo(at.key) < 0) {
        at = at.left;
      } else {
        count += size(at.left) + 1;
        at = at.right;
      }
    }
    return count;
  }

  /** This map with another value for a key. */
  PersistentMap<K, V> with(K key, V value) {
    return new PersistentMap<>(with(root, key, value));
  }

  /** This map without a key, which it may lack. */
  PersistentMap<K, V> without(K key) {
    return containsKey(key) ? new PersistentMap<>(without(root, key)) : this;
  }

  /** Passes all entries on, in the order of the keys. */
  void forEach(BiConsumer<K, V> action) {
    forEach(root, action);
  }

  /** The values, in the order of the keys. */
  List<V> values() {
    List<V> values = new ArrayList<>(size());
    forEach((key, value) -> values.add(value));
    return values;
  }

  private static <K, V> void forEach(@Nullable Node<K, V> node, BiConsumer<K, V> action) {
    if (node != null) {
      forEach(node.left, action);
      action.accept(node.key, node.value);
      forEach(node.right, action);
    }
  }

  private static int size(@Nullable Node<?, ?> node) {
    return node == null ? 0 : node.size;
  }

  private static int weight(@Nullable Node<?, ?> node) {
    return size(node) + 1;
  }

  private static <K extends Comparable<K>, V> Node<K, V> with(
      @Nullable Node<K, V> node, K key, V value) {
    if (node == null) {
      return new Node<>(key, value, null, null, 1);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return new Node<>(key, value, node.left, node.right, node.size);
    }
    return order < 0
        ? balanced(node.key, node.value, with(node.left, key, value), node.right)
        : balanced(node.key, node.value, node.left, with(node.right, key, value));
  }

  /** Removes a key that is there. */
  private static <K extends Comparable<K>, V> @Nullable Node<K, V> without(
      @Nullable Node<K, V> node, K key) {
    if (node == null) {
      return null;
    }
    int order = key.compareTo(node.key);
    if (order < 0) {
      return balanced(node.key, node.value, without(node.left, key), node.right);
    }
    if (order > 0) {
      return balanced(node.key, node.value, node.left, without(node.right, key));
    }
    if (node.left == null) {
      return node.right;
    }
    if (node.right == null) {
      return node.left;
    }
    Node<K, V> next = first(node.right);
    return balanced(next.key, next.value, node.left, without(node.right, next.key));
  }

  private static <K, V> Node<K, V> first(Node<K, V> node) {
    Node<K, V> at = node;
    while (at.left != null) {
      at = at.left;
    }
    return at;
  }

  /** A node over two subtrees, one of which may have gained or lost one entry. */
  private static <K, V> Node<K, V> balanced(
      K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
    if (right != null && weight(right) > BALANCE * weight(left)) {
      Node<K, V> inner = right.left;
      if (inner == null || weight(inner) < SINGLE_ROTATION * weight(right.right)) {
        return node(right.key, right.value, node(key, value, left, inner), right.right);
      }
      return node(
          inner.key,
          inner.value,
          node(key, value, left, inner.left),
          node(right.key, right.value, inner.right, right.right));
    }
    if (left != null && weight(left) > BALANCE * weight(right)) {
      Node<K, V> inner = left.right;
      if (inner == null || weight(inner) < SINGLE_ROTATION * weight(left.left)) {
        return node(left.key, left.value, left.left, node(key, value, inner, right));
      }
      return node(
          inner.key,
          inner.value,
          node(left.key, left.value, left.left, inner.left),
          node(key, value, inner.right, right));
    }
    return node(key, value, left, right);
  }

  private static <K, V> Node<K, V> node(
      K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
    return new Node<>(key, value, left, right, size(left) + size(right) + 1);
  }
}
