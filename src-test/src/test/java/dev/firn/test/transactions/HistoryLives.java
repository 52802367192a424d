package dev.firn.test.transactions;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.test.Crew;
import dev.firn.test.Disk;
import dev.firn.test.TinyOptions;
import dev.firn.test.isolation.History;
import java.time.Duration;
import java.util.Random;

/**
 * One history on one store that is closed, or killed, and opened again. Meanwhile it is flushed and
 * compacted.
 */
final class HistoryLives {

  private static final Duration MAX_LIFE = Duration.ofSeconds(10);

  private final Level level;
  private final Random random;
  private final int transactions;
  private final History history = new History();
  private Disk disk;
  private int lives;
  private long committed;
  private long refused;

  /**
   * A history without transactions.
   *
   * @param transactions how many are to be committed in a life
   */
  HistoryLives(Disk disk, Level level, long seed, int transactions) {
    this.disk = disk;
    this.level = level;
    this.random = new Random(seed);
    this.transactions = transactions;
  }

  History history() {
    return history;
  }

  void run(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      live();
    }
    disk.close();
  }

  private void live() throws Exception {
    Disk killed = null;
    try (Store store = disk.open(TinyOptions.of(random.nextInt()))) {
      FirnStore tested = new FirnStore(store);
      Recorder.Log log = Recorder.logTo(history);
      HistoryRun run = new HistoryRun(tested, level, random.nextInt(), log, lives++);
      run.readAll();
      Crew crew = new Crew();
      run.start(crew);
      startDisturbance(crew, store, random.nextInt());
      long end = System.nanoTime() + MAX_LIFE.toNanos();
      while (crew.isAtWork() && run.committed() < transactions && System.nanoTime() < end) {
        Thread.sleep(1);
      }
      crew.finish();
      run.readAll();
      committed += run.committed();
      refused += run.refused();
      assertTrue(store.verify().isIntact());
      killed = disk.canCrash() && random.nextBoolean() ? disk.afterKill() : null;
    }
    disk.assertNothingOpen();
    disk = killed == null ? disk : killed;
  }

  /** Flushes and compacts now and then. */
  static void startDisturbance(Crew crew, Store store, long seed) {
    Random random = new Random(seed);
    crew.start(
        "disturbance",
        () -> {
          switch (random.nextInt(8)) {
            case 0, 1 -> store.flush();
            case 2 -> store.compact();
            default -> Thread.sleep(random.nextInt(20));
          }
        });
  }

  @Override
  public String toString() {
    return "%d lives, %d committed, %d refused".formatted(lives, committed, refused);
  }
}
