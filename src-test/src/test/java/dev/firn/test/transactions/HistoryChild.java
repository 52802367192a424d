package dev.firn.test.transactions;

import dev.firn.Store;
import dev.firn.test.Crew;
import dev.firn.test.TinyOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * The process that is killed while it runs transactions; they go to its standard output, see {@link
 * HistoryPipe}.
 */
final class HistoryChild {

  private static final Duration ENDLESS = Duration.ofHours(1);

  private HistoryChild() {}

  /** Arguments: the store's folder, the level, a seed, and how many processes came before. */
  public static void main(String[] args) {
    Level level = Level.valueOf(args[1]);
    Random random = new Random(Long.parseLong(args[2]));
    int life = Integer.parseInt(args[3]);
    // A PrintStream such as System.out swallows errors.
    HistoryPipe pipe = new HistoryPipe(new FileOutputStream(FileDescriptor.out));
    try (Store store = Store.open(Path.of(args[0]), TinyOptions.of(random.nextInt()))) {
      HistoryRun run = new HistoryRun(new FirnStore(store), level, random.nextInt(), pipe, life);
      run.readAll();
      Crew crew = new Crew();
      run.start(crew);
      HistoryLives.startDisturbance(crew, store, random.nextInt());
      crew.workFor(ENDLESS);
    } catch (Throwable e) {
      die(e);
    }
  }

  @SuppressWarnings("SystemExitOutsideMain")
  private static void die(Throwable e) {
    e.printStackTrace();
    Runtime.getRuntime().halt(3);
  }
}
