package dev.firn.test.model;

import dev.firn.test.model.Operation.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The expected content of a store: for each tree a sorted map from keys to their versions, numbered
 * by commit. It can be read at any commit, and cut back to any commit that a power cut may end at.
 *
 * <p>A tree that is dropped and created again gets a new number. The set of trees is durable at
 * once and is not cut back with the commits.
 */
public final class Model {

  /** A value from a commit on; null is a deletion. */
  private record Version(long commit, @Nullable Value value) {}

  private final Map<Integer, NavigableMap<Key, List<Version>>> entries = new HashMap<>();
  private final NavigableMap<String, Integer> trees = new TreeMap<>();
  private int treesMade;
  private long commits;
  private long durable;

  public long commits() {
    return commits;
  }

  /** Number of commits that survive a power cut. */
  long durable() {
    return durable;
  }

  void synced() {
    durable = commits;
  }

  public List<String> trees() {
    return List.copyOf(trees.keySet());
  }

  /** The number of a tree; null if there is none of this name. */
  @Nullable Integer tree(String name) {
    return trees.get(name);
  }

  public void create(String name) {
    if (!trees.containsKey(name)) {
      entries.put(++treesMade, new TreeMap<>());
      trees.put(name, treesMade);
    }
  }

  public boolean drop(String name) {
    return trees.remove(name) != null;
  }

  /** Restores an earlier set of trees, numbers by name. */
  public void setTrees(Map<String, Integer> earlier) {
    trees.clear();
    trees.putAll(earlier);
  }

  public void commit(List<Entry> batch) {
    commits++;
    for (Entry entry : batch) {
      Range range = entry.range();
      if (range != null) {
        delete(entries.get(trees.get(entry.tree())), range);
        continue;
      }
      List<Version> versions =
          entries
              .get(trees.get(entry.tree()))
              .computeIfAbsent(entry.key(), key -> new ArrayList<>(2));
      Value value = entry.value();
      if (entry.isOperand() && value != null) {
        value = value.after(at(versions, commits));
      }
      versions.add(new Version(commits, value));
    }
  }

  private void delete(NavigableMap<Key, List<Version>> tree, Range range) {
    tree.forEach(
        (key, versions) -> {
          if (range.contains(key) && versions.getLast().value() != null) {
            versions.add(new Version(commits, null));
          }
        });
  }

  @Nullable Value get(int tree, Key key, long commit) {
    List<Version> versions = entries.get(tree).get(key);
    return versions == null ? null : at(versions, commit);
  }

  private static @Nullable Value at(List<Version> versions, long commit) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).commit() <= commit) {
        return versions.get(i).value();
      }
    }
    return null;
  }

  /**
   * The first key in a direction from a place that has a value at a commit, or null.
   *
   * @param from where to begin; null is the end opposite to the direction
   */
  @Nullable Key find(
      int tree, Range range, long commit, @Nullable Key from, boolean inclusive, boolean forward) {
    NavigableMap<Key, List<Version>> map = range.narrow(entries.get(tree));
    if (!forward) {
      map = map.descendingMap();
    }
    // tailMap refuses a place outside a submap.
    Key begin =
        from == null || map.isEmpty()
            ? null
            : inclusive ? map.ceilingKey(from) : map.higherKey(from);
    if (from != null) {
      map = begin == null ? Collections.emptyNavigableMap() : map.tailMap(begin, true);
    }
    for (Map.Entry<Key, List<Version>> entry : map.entrySet()) {
      if (range.contains(entry.getKey()) && at(entry.getValue(), commit) != null) {
        return entry.getKey();
      }
    }
    return null;
  }

  NavigableMap<Key, Value> content(int tree, long commit) {
    NavigableMap<Key, Value> content = new TreeMap<>();
    entries
        .get(tree)
        .forEach(
            (key, versions) -> {
              Value value = at(versions, commit);
              if (value != null) {
                content.put(key, value);
              }
            });
    return content;
  }

  /**
   * The last commit that a power cut may end at and whose state a store holds.
   *
   * @param found the store's content, by tree and key
   * @throws AssertionError if it is no such state; describes the difference from the nearest one
   */
  long commitOf(Map<String, Map<Key, byte[]>> found) {
    return commitOf(found, trees, durable, commits);
  }

  /**
   * The same for given trees and for commits from {@code min} to {@code max}.
   *
   * @param named the numbers of the trees, by name
   */
  public long commitOf(
      Map<String, Map<Key, byte[]>> found, Map<String, Integer> named, long min, long max) {
    int[] wrong = new int[(int) (max - min) + 1];
    named.forEach((name, tree) -> countWrong(tree, found.getOrDefault(name, Map.of()), min, wrong));
    int best = indexOfSmallest(wrong);
    if (wrong[best] == 0) {
      return min + best;
    }
    StringBuilder message = new StringBuilder();
    named.forEach(
        (name, tree) ->
            difference(tree, min + best, found.getOrDefault(name, Map.of()))
                .forEach(line -> message.append("\n  ").append(name).append(' ').append(line)));
    throw new AssertionError(
        "not the state after any commit from %d (durable) to %d; nearest is %d, where wrong:%s"
            .formatted(min, max, min + best, message));
  }

  private static int indexOfSmallest(int[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] <= numbers[best] ? i : best;
    }
    return best;
  }

  /** Counts, for each commit from {@code min} on, the keys that differ from what was found. */
  private void countWrong(int tree, Map<Key, byte[]> found, long min, int[] wrong) {
    long max = min + wrong.length - 1;
    NavigableMap<Key, List<Version>> map = entries.get(tree);
    for (Map.Entry<Key, List<Version>> entry : map.entrySet()) {
      byte[] bytes = found.get(entry.getKey());
      long from = min;
      @Nullable Value value = at(entry.getValue(), min);
      for (Version version : entry.getValue()) {
        if (version.commit() > min && version.commit() <= max) {
          count(wrong, from - min, version.commit() - min, value, bytes);
          from = version.commit();
          value = version.value();
        }
      }
      count(wrong, from - min, wrong.length, value, bytes);
    }
    for (Key key : found.keySet()) {
      if (!map.containsKey(key)) {
        count(wrong, 0, wrong.length, null, found.get(key));
      }
    }
  }

  private static void count(
      int[] wrong, long from, long to, @Nullable Value value, byte @Nullable [] found) {
    if (from < to && !isSame(value, found)) {
      for (long at = from; at < to; at++) {
        wrong[(int) at]++;
      }
    }
  }

  private static boolean isSame(@Nullable Value value, byte @Nullable [] found) {
    if (value == null || found == null) {
      return value == null && found == null;
    }
    return value.length() == found.length && Arrays.equals(value.bytes(), found);
  }

  /** The numbers of the existing trees, by name. */
  public Map<String, Integer> numbers() {
    return Map.copyOf(trees);
  }

  public SortedSet<Key> keys() {
    SortedSet<Key> keys = new TreeSet<>();
    entries.values().forEach(tree -> keys.addAll(tree.keySet()));
    return keys;
  }

  /** A model of the state after a commit, all of it durable. */
  public Model copyAt(long commit, Map<String, Integer> named) {
    Model copy = new Model();
    copy.trees.putAll(named);
    copy.treesMade = treesMade;
    entries.forEach(
        (tree, map) -> {
          NavigableMap<Key, List<Version>> versions = new TreeMap<>();
          map.forEach((key, list) -> versions.put(key, new ArrayList<>(list)));
          copy.entries.put(tree, versions);
        });
    copy.cutTo(commit);
    return copy;
  }

  /** The differences between a tree and its state at a commit, one per line. */
  List<String> difference(int tree, long commit, Map<Key, byte[]> found) {
    List<String> lines = new ArrayList<>();
    NavigableMap<Key, Value> wanted = content(tree, commit);
    wanted.forEach(
        (key, value) -> {
          byte[] bytes = found.get(key);
          if (!isSame(value, bytes)) {
            lines.add(
                key + ": wanted " + value + ", found " + (bytes == null ? "-" : describe(bytes)));
          }
        });
    found.forEach(
        (key, bytes) -> {
          if (!wanted.containsKey(key)) {
            lines.add(key + ": wanted -, found " + describe(bytes));
          }
        });
    return lines.size() <= 20 ? lines : lines.subList(0, 20);
  }

  static String describe(byte[] bytes) {
    return bytes.length + " bytes " + new Key(Arrays.copyOf(bytes, Math.min(8, bytes.length)));
  }

  /** Forgets all later commits; this one is durable now. */
  public void cutTo(long commit) {
    for (NavigableMap<Key, List<Version>> tree : entries.values()) {
      tree.values().forEach(versions -> versions.removeIf(v -> v.commit() > commit));
      tree.values().removeIf(List::isEmpty);
    }
    commits = commit;
    durable = commit;
  }
}
