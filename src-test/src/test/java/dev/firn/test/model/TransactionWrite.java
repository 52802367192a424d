package dev.firn.test.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.Durability;
import dev.firn.Isolation;
import dev.firn.Savepoint;
import dev.firn.Store;
import dev.firn.Transaction;
import dev.firn.Tree;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Writes the entries of a batch in a transaction instead: one of a level that depends on their
 * count, with writes in between that are taken back.
 */
public final class TransactionWrite {

  private static final byte[] TAKEN_BACK = {'t', 'a', 'k', 'e', 'n'};
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private TransactionWrite() {}

  /** Whether these entries are for a transaction: about half of all batches are. */
  public static boolean isFor(List<Operation.Entry> entries) {
    return entries.size() % 2 == 0 && entries.stream().noneMatch(Operation.Entry::isOperand);
  }

  /** Commits the entries. */
  public static void write(
      Store store,
      List<Operation.Entry> entries,
      Function<String, Tree> trees,
      Durability durability) {
    try (Transaction transaction = begin(store, entries)) {
      for (Operation.Entry entry : entries) {
        Tree tree = trees.apply(entry.tree());
        entry.addTo(transaction, tree);
        Savepoint savepoint = transaction.savepoint();
        entry.addTo(transaction, tree);
        transaction.put(tree, TAKEN_BACK, TAKEN_BACK);
        assertArrayEquals(TAKEN_BACK, transaction.in(tree).get(TAKEN_BACK));
        transaction.rollbackTo(savepoint);
      }
      assertEquals(entries.stream().filter(Operation.Entry::isWrite).count(), transaction.count());
      transaction.commit(durability);
    }
  }

  private static Transaction begin(Store store, List<Operation.Entry> entries) {
    return switch (entries.size() % 3) {
      case 0 -> store.begin(Isolation.SNAPSHOT);
      case 1 -> store.begin(Isolation.SERIALIZABLE);
      default -> store.beginExclusive(TIMEOUT);
    };
  }
}
