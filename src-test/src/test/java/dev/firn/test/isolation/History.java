package dev.firn.test.isolation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Transactions of several sessions.
 *
 * <p><b>Threading.</b> Any thread adds.
 */
public final class History {

  private final List<TransactionRecord> transactions = new ArrayList<>();

  public synchronized void add(TransactionRecord transaction) {
    transactions.add(transaction);
  }

  public synchronized void addAll(Collection<TransactionRecord> more) {
    transactions.addAll(more);
  }

  public synchronized int size() {
    return transactions.size();
  }

  synchronized List<TransactionRecord> transactions() {
    return List.copyOf(transactions);
  }
}
