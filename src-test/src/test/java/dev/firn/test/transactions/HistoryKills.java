package dev.firn.test.transactions;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.test.OpenFiles;
import dev.firn.test.TinyOptions;
import dev.firn.test.isolation.History;
import dev.firn.test.kill.KilledProcess;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * One history on one store and the processes that die while they run its transactions. Time goes on
 * from one process to the next: the clock of all is that of the machine.
 */
final class HistoryKills {

  private final Path directory;
  private final Path errors;
  private final Level level;
  private final Random random;
  private final History history = new History();
  private int lives;

  HistoryKills(Path directory, Level level, long seed) throws IOException {
    Files.createDirectories(directory);
    this.directory = directory.resolve("store");
    this.errors = directory.resolve("errors.txt");
    this.level = level;
    this.random = new Random(seed);
  }

  History history() {
    return history;
  }

  /** Starts a process and kills it. */
  void kill() throws Exception {
    List<String> arguments =
        List.of(
            directory.toString(),
            level.name(),
            Integer.toString(random.nextInt()),
            Integer.toString(lives++));
    try (KilledProcess child = KilledProcess.start(HistoryChild.class, errors, arguments)) {
      int before = history.size();
      PushbackInputStream output = new PushbackInputStream(child.output());
      awaitFirst(output);
      Thread killer = child.killAfter(random.nextInt(800) * 1_000_000L);
      HistoryPipe.readUntilDeath(output, history);
      killer.join();
      child.awaitDeath();
      System.out.println("life " + lives + ": " + (history.size() - before) + " transactions");
    }
  }

  /** The first transaction shows that the store is open. */
  private static void awaitFirst(PushbackInputStream output) throws IOException {
    int first = output.read();
    if (first >= 0) {
      output.unread(first);
    }
  }

  /** Reads what is left, and checks the history. */
  void check() {
    try (Store store = Store.open(directory, TinyOptions.of(random.nextInt()))) {
      new HistoryRun(new FirnStore(store), level, 0, Recorder.logTo(history), lives++).readAll();
      assertTrue(store.verify().isIntact(), () -> "after " + store.recovery());
    }
    OpenFiles.assertNoneUnder(directory);
    HistoryRun.check(history, level);
  }
}
