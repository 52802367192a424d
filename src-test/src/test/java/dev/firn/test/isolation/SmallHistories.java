package dev.firn.test.isolation;

import dev.firn.test.isolation.Operation.Delete;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import dev.firn.test.isolation.TransactionRecord.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random histories of a few transactions on a few keys, and the definitions of the levels by trying
 * all orders: what the checker must agree with.
 */
final class SmallHistories {

  private static final int KEYS = 3;
  private static final long END = 12;

  private final Random random;
  private final boolean blind;
  private long version;

  /**
   * A source.
   *
   * @param blind whether there are writes without a read before
   */
  SmallHistories(Random random, boolean blind) {
    this.random = random;
    this.blind = blind;
  }

  /**
   * A history of committed transactions: what they find is what some order of their begins and
   * commits gives, with or without conflicts, or anything.
   */
  History next() {
    version = 0;
    List<List<Operation>> plans = new ArrayList<>();
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      plans.add(plan());
    }
    List<Integer> events = new ArrayList<>();
    for (int i = 0; i < 2 * count; i++) {
      events.add(i / 2);
    }
    if (random.nextInt(4) > 0) {
      Collections.shuffle(events, random);
    }
    return told(plans, events);
  }

  private List<Operation> plan() {
    List<Operation> plan = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      long item = random.nextInt(KEYS);
      if (random.nextInt(5) == 0) {
        plan.add(new Scan(item, KEYS, List.of()));
      } else {
        if (!blind || random.nextBoolean()) {
          plan.add(new Get(item, 0));
        }
        if (random.nextBoolean()) {
          plan.add(new Put(item, ++version));
        }
      }
    }
    return plan;
  }

  /** Runs the plans on snapshots, in the order of events: a transaction's begin and its commit. */
  private History told(List<List<Operation>> plans, List<Integer> events) {
    TransactionRecord[] records = new TransactionRecord[plans.size()];
    Map<Integer, TreeMap<Long, Long>> snapshots = new HashMap<>();
    long[] begins = new long[plans.size()];
    TreeMap<Long, Long> state = new TreeMap<>();
    for (int time = 0; time < events.size(); time++) {
      int transaction = events.get(time);
      TreeMap<Long, Long> snapshot = snapshots.get(transaction);
      if (snapshot == null) {
        snapshots.put(transaction, new TreeMap<>(state));
        begins[transaction] = Math.max(0, time - random.nextInt(3));
      } else {
        List<Operation> told = new ArrayList<>();
        for (Operation operation : plans.get(transaction)) {
          told.add(perform(operation, snapshot, random));
          if (operation instanceof Put put) {
            state.put(put.item(), put.version());
          }
        }
        long end = Math.min(END, time + random.nextInt(3));
        records[transaction] =
            new TransactionRecord(transaction, begins[transaction], end, Outcome.COMMITTED, told);
      }
    }
    History history = new History();
    history.addAll(List.of(records));
    return history;
  }

  /** Seldom, a get finds any version of any key. */
  private Operation perform(Operation operation, TreeMap<Long, Long> state, Random wrong) {
    if (operation instanceof Get get && wrong.nextInt(30) == 0) {
      state.put(get.item(), state.getOrDefault((long) wrong.nextInt(KEYS), 0L));
    }
    return perform(operation, state);
  }

  private static Operation perform(Operation operation, TreeMap<Long, Long> state) {
    return switch (operation) {
      case Get get -> new Get(get.item(), state.getOrDefault(get.item(), 0L));
      case Put put -> {
        state.put(put.item(), put.version());
        yield put;
      }
      case Delete delete -> throw new IllegalArgumentException("delete");
      case Scan scan -> {
        List<Get> found = new ArrayList<>();
        state.subMap(scan.from(), scan.to()).forEach((i, v) -> found.add(new Get(i, v)));
        found.removeIf(get -> get.found() == 0);
        yield new Scan(scan.from(), scan.to(), found);
      }
    };
  }

  /** Whether the transactions find the same if they run one after another, in real-time order. */
  static boolean isSerializable(List<TransactionRecord> transactions) {
    return new Orders(transactions, false).exists();
  }

  /** Whether they find the same on snapshots, and none overwrites what it does not see. */
  static boolean isSnapshotIsolated(List<TransactionRecord> transactions) {
    return new Orders(transactions, true).exists();
  }

  /** Tries the orders of begins and commits. */
  private static final class Orders {

    private final List<TransactionRecord> transactions;
    private final boolean snapshots;
    private final List<TreeMap<Long, Long>> states = new ArrayList<>();
    private final Map<Integer, TreeMap<Long, Long>> running = new HashMap<>();
    private final List<Integer> committed = new ArrayList<>();

    Orders(List<TransactionRecord> transactions, boolean snapshots) {
      this.transactions = transactions;
      this.snapshots = snapshots;
      states.add(new TreeMap<>());
    }

    boolean exists() {
      if (committed.size() == transactions.size()) {
        return true;
      }
      for (int i = 0; i < transactions.size(); i++) {
        if (committed.contains(i)) {
          continue;
        }
        TreeMap<Long, Long> snapshot = running.get(i);
        if (snapshot == null && mayBegin(i) && existsAfterBegin(i)) {
          return true;
        }
        if (snapshot != null && existsAfterCommit(i, snapshot)) {
          return true;
        }
      }
      return false;
    }

    private boolean mayBegin(int transaction) {
      long begin = transactions.get(transaction).begin();
      for (int i = 0; i < transactions.size(); i++) {
        if (transactions.get(i).end() < begin && !committed.contains(i)) {
          return false;
        }
      }
      return snapshots || running.isEmpty();
    }

    private boolean existsAfterBegin(int transaction) {
      running.put(transaction, states.getLast());
      boolean exists = exists();
      running.remove(transaction);
      return exists;
    }

    private boolean existsAfterCommit(int transaction, TreeMap<Long, Long> snapshot) {
      TreeMap<Long, Long> next = after(transaction, snapshot);
      if (next == null) {
        return false;
      }
      running.remove(transaction);
      committed.add(transaction);
      states.add(next);
      boolean exists = exists();
      states.removeLast();
      committed.removeLast();
      running.put(transaction, snapshot);
      return exists;
    }

    /** The state after a transaction; null if it finds something else or conflicts. */
    private @org.jspecify.annotations.Nullable TreeMap<Long, Long> after(
        int transaction, TreeMap<Long, Long> snapshot) {
      TreeMap<Long, Long> own = new TreeMap<>(snapshot);
      TreeMap<Long, Long> next = new TreeMap<>(states.getLast());
      for (Operation operation : transactions.get(transaction).operations()) {
        if (!perform(operation, own).toString().equals(operation.toString())) {
          return null;
        }
        if (operation instanceof Put put) {
          long seen = snapshot.getOrDefault(put.item(), 0L);
          if (seen != states.getLast().getOrDefault(put.item(), 0L)) {
            return null;
          }
          next.put(put.item(), put.version());
        }
      }
      return next;
    }
  }
}
