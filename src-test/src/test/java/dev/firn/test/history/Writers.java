package dev.firn.test.history;

import dev.firn.Store;
import dev.firn.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Who writes stamped batches and where. Batch n of a writer puts its stamp under the writer's
 * {@link #KEYS} keys in every tree, as batch n - 1 did, and under one key of its own in one tree,
 * which batch n
 * + {@code logEntries} deletes again.
 *
 * @param writers how many writers there are
 * @param logEntries how many of a writer's last batches have a key of their own
 */
public record Writers(int writers, int logEntries) {

  /** How many keys in each tree carry a writer's last stamp. */
  static final int KEYS = 2;

  private static final List<String> TREES = List.of("alpha", "beta", "gamma");

  List<Tree> trees(Store store) {
    List<Tree> trees = new ArrayList<>();
    TREES.forEach(name -> trees.add(store.tree(name)));
    return trees;
  }

  /** Where a batch has its own key. */
  Tree logTree(List<Tree> trees, long number) {
    return trees.get((int) (number % trees.size()));
  }

  /** The first batch that still has its own key after another. */
  long firstLogged(long last) {
    return Math.max(1, last - logEntries + 1);
  }

  static byte[] stampKey(int writer, int key) {
    return bytes("stamp/writer%03d/%d".formatted(writer, key));
  }

  /** The key that a batch has for itself. */
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
