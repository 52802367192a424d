package dev.firn.test.history;

import dev.firn.Store;
import dev.firn.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The writers of stamped batches, and their keys. Batch n of a writer puts its stamp under the
 * writer's {@link #KEYS} keys in every tree and under one log key of its own in one tree; batch n +
 * {@code logEntries} deletes that log key: alone, or with the range of all keys before it.
 *
 * @param count number of writers
 * @param logEntries number of a writer's last batches that have a log key
 */
public record Writers(int count, int logEntries) {

  /** Number of keys in each tree that hold a writer's last stamp. */
  static final int KEYS = 2;

  private static final List<String> TREES = List.of("alpha", "beta", "gamma");

  List<Tree> trees(Store store) {
    List<Tree> trees = new ArrayList<>();
    TREES.forEach(name -> trees.add(store.tree(name)));
    return trees;
  }

  Tree logTree(List<Tree> trees, long number) {
    return trees.get((int) (number % trees.size()));
  }

  /** The first batch that has a log key when a given one is the last. */
  long firstLogged(long last) {
    return Math.max(1, last - logEntries + 1);
  }

  static byte[] stampKey(int writer, int key) {
    return bytes("stamp/writer%03d/%d".formatted(writer, key));
  }

  /** The log key of a batch. */
  public static byte[] logKey(int writer, long number) {
    return bytes("log/writer%03d/%012d".formatted(writer, number));
  }

  static byte[] logPrefix(int writer) {
    return bytes("log/writer%03d/".formatted(writer));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
