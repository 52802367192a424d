package dev.firn.test.transactions;

import dev.firn.test.Crew;
import dev.firn.test.isolation.History;
import dev.firn.test.isolation.HistoryCheck;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sessions that run random transactions on one store: some write, one only reads, one puts and gets
 * without transactions.
 */
final class HistoryRun {

  private static final int WRITERS = 4;

  private final TestStore store;
  private final Level level;
  private final long seed;
  private final Recorder.Log log;
  private final RandomTransactions transactions;
  private final long versions;
  private final AtomicLong committed = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /**
   * A run.
   *
   * @param level of the transactions that write
   * @param log is told of all transactions
   * @param life how many runs of the same history came before it
   */
  HistoryRun(TestStore store, Level level, long seed, Recorder.Log log, int life) {
    this.store = store;
    this.level = level;
    this.seed = seed;
    this.log = log;
    this.transactions = new RandomTransactions(life);
    this.versions = life * 10_000_000L;
  }

  void start(Crew crew) {
    for (int session = 0; session < WRITERS; session++) {
      startWriter(crew, session);
    }
    startReader(crew, WRITERS);
    startPlain(crew, WRITERS + 1);
  }

  private Recorder recorder(int session) {
    return new Recorder(store, log, session, versions);
  }

  private void startWriter(Crew crew, int session) {
    Recorder recorder = recorder(session);
    Random random = new Random(seed * Recorder.SESSIONS + session);
    crew.start(
        "writer-" + session,
        () -> {
          if (random.nextInt(20) == 0) {
            recorder.runAndRollBack(level, t -> transactions.run(t, random));
          } else {
            boolean synced = random.nextInt(50) == 0;
            boolean done = recorder.run(level, synced, t -> transactions.run(t, random));
            (done ? committed : refused).incrementAndGet();
          }
        });
  }

  private void startReader(Crew crew, int session) {
    Recorder recorder = recorder(session);
    Random random = new Random(seed * Recorder.SESSIONS + session);
    crew.start(
        "reader",
        () -> {
          Level of = random.nextBoolean() ? Level.READ_ONLY : level;
          // Those that let one in at a time are left to the writers.
          of = of == Level.EXCLUSIVE ? Level.SNAPSHOT : of;
          recorder.run(of, false, t -> transactions.look(t, random));
          committed.incrementAndGet();
        });
  }

  private void startPlain(Crew crew, int session) {
    Recorder recorder = recorder(session);
    Random random = new Random(seed * Recorder.SESSIONS + session);
    crew.start(
        "plain",
        () -> {
          long one = RandomTransactions.register(random);
          long other = RandomTransactions.register(random);
          switch (random.nextInt(4)) {
            case 0 -> recorder.putAll(one);
            case 1 -> recorder.putAll(one == other ? new long[] {one} : new long[] {one, other});
            default -> recorder.get(one);
          }
          Thread.sleep(0, random.nextInt(300_000));
        });
  }

  /** Reads everything at the end, so that the history shows what is left. */
  void readAll() {
    recorder(WRITERS + 2).run(Level.READ_ONLY, false, transactions::readAll);
  }

  long committed() {
    return committed.get();
  }

  long refused() {
    return refused.get();
  }

  static void check(History history, Level level) {
    switch (level) {
      case READ_ONLY, SNAPSHOT -> HistoryCheck.assertSnapshotIsolated(history);
      case SERIALIZABLE, EXCLUSIVE -> HistoryCheck.assertSerializable(history);
    }
  }
}
