package dev.firn.test.transactions;

import dev.firn.test.isolation.History;
import dev.firn.test.isolation.Operation;
import dev.firn.test.isolation.Operation.Delete;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import dev.firn.test.isolation.TransactionRecord;
import dev.firn.test.isolation.TransactionRecord.Outcome;
import dev.firn.test.transactions.TestStore.RefusedException;
import dev.firn.test.transactions.TestStore.Running;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session: runs transactions one after another and records them.
 *
 * <p><b>Threading.</b> One thread.
 */
final class Recorder {

  /** What happens in a transaction. */
  interface Body {
    void run(RecordedTransaction transaction);
  }

  /** Is told before and after a transaction's end, for histories that outlive their process. */
  interface Log {
    /** The transaction is about to commit. */
    void committing(TransactionRecord transaction);

    /** It has ended; its operations are those of {@link #committing} if it committed. */
    void ended(TransactionRecord transaction);
  }

  /** Versions of a session have its number in these low digits. */
  static final int SESSIONS = 100;

  private final TestStore store;
  private final Log log;
  private final int session;
  private long lastVersion;

  /** A log that adds transactions to a history when they have ended. */
  static Log logTo(History history) {
    return new Log() {
      @Override
      public void committing(TransactionRecord transaction) {}

      @Override
      public void ended(TransactionRecord transaction) {
        history.add(transaction);
      }
    };
  }

  /**
   * A session.
   *
   * @param versions how many versions sessions of this number made before
   */
  Recorder(TestStore store, Log log, int session, long versions) {
    this.store = store;
    this.log = log;
    this.session = session;
    this.lastVersion = versions;
  }

  private long newVersion() {
    return ++lastVersion * SESSIONS + session;
  }

  /** Runs a transaction; returns whether it committed. */
  boolean run(Level level, boolean synced, Body body) {
    return run(level, synced, true, body);
  }

  /** Runs a transaction that does not commit. */
  void runAndRollBack(Level level, Body body) {
    run(level, false, false, body);
  }

  private boolean run(Level level, boolean synced, boolean commits, Body body) {
    long begin = System.nanoTime();
    try (Running running = store.begin(level)) {
      RecordedTransaction transaction = new RecordedTransaction(running, begin);
      body.run(transaction);
      boolean committed = commits && commit(transaction, synced);
      if (!committed) {
        running.close();
      }
      Outcome outcome = committed ? Outcome.COMMITTED : Outcome.ABORTED;
      log.ended(transaction.record(System.nanoTime(), outcome));
      return committed;
    }
  }

  private boolean commit(RecordedTransaction transaction, boolean synced) {
    log.committing(transaction.record(TransactionRecord.NEVER, Outcome.UNKNOWN));
    try {
      transaction.running.commit(synced);
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /** Writes items at once without a transaction. */
  void putAll(long... items) {
    long begin = System.nanoTime();
    List<Operation> operations = new ArrayList<>();
    List<TestStore.Entry> entries = new ArrayList<>();
    for (long item : items) {
      long version = newVersion();
      operations.add(new Put(item, version));
      entries.add(new TestStore.Entry(item, ItemValue.toBytes(version)));
    }
    log.committing(
        new TransactionRecord(
            session, begin, TransactionRecord.NEVER, Outcome.UNKNOWN, operations));
    if (items.length == 1) {
      store.put(items[0], entries.getFirst().value());
    } else {
      store.putAll(entries);
    }
    log.ended(
        new TransactionRecord(session, begin, System.nanoTime(), Outcome.COMMITTED, operations));
  }

  /** Reads an item without a transaction. */
  void get(long item) {
    long begin = System.nanoTime();
    List<Operation> get = List.of(new Get(item, ItemValue.trail(store.get(item))));
    log.ended(new TransactionRecord(session, begin, System.nanoTime(), Outcome.COMMITTED, get));
  }

  /** A transaction that notes what it does. */
  final class RecordedTransaction {

    private final Running running;
    private final long begin;
    private final List<Operation> operations = new ArrayList<>();

    RecordedTransaction(Running running, long begin) {
      this.running = running;
      this.begin = begin;
    }

    private TransactionRecord record(long end, Outcome outcome) {
      return new TransactionRecord(session, begin, end, outcome, List.copyOf(operations));
    }

    long[] get(long item) {
      return noted(item, running.get(item));
    }

    long[] getForUpdate(long item) {
      return noted(item, running.getForUpdate(item));
    }

    private long[] noted(long item, byte @Nullable [] value) {
      long[] trail = ItemValue.trail(value);
      operations.add(new Get(item, trail));
      return trail;
    }

    void put(long item) {
      long version = newVersion();
      operations.add(new Put(item, version));
      running.put(item, ItemValue.toBytes(version));
    }

    /** Adds an element to a list, which was read before. */
    void append(long item, long[] list) {
      long version = newVersion();
      long[] longer = Arrays.copyOf(list, list.length + 1);
      longer[list.length] = version;
      operations.add(new Put(item, version));
      running.put(item, ItemValue.toBytes(longer));
    }

    List<Get> scan(long from, long to, boolean forward) {
      List<Get> found = new ArrayList<>();
      for (TestStore.Entry entry : running.scan(from, to, forward)) {
        found.add(new Get(entry.item(), ItemValue.trail(entry.value())));
      }
      operations.add(new Scan(from, to, found));
      return found;
    }

    void delete(long item) {
      operations.add(new Delete(item, newVersion()));
      running.delete(item);
    }

    /** Deletes a range that was scanned before. */
    void deleteRange(long from, long to, List<Get> found) {
      for (Get get : found) {
        operations.add(new Delete(get.item(), newVersion()));
      }
      running.deleteRange(from, to);
    }

    /** Does something, and makes it undone. What it wrote must not be seen. */
    void undone(Runnable body) {
      int before = operations.size();
      Object savepoint = running.savepoint();
      body.run();
      running.rollbackTo(savepoint);
      List<Operation> undone = operations.subList(before, operations.size());
      log.ended(
          new TransactionRecord(
              session, begin, System.nanoTime(), Outcome.ABORTED, List.copyOf(undone)));
      undone.clear();
    }
  }
}
