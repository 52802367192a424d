package dev.firn.cli.demo;

import dev.firn.Cursor;
import dev.firn.RecoveryReport;
import dev.firn.RecoveryReport.TornTail;
import dev.firn.Store;
import dev.firn.cli.console.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The second half: a process is killed while it writes; nothing acknowledged is lost. */
final class CrashTest {

  private static final int EXIT_OF_SIGKILL = 128 + 9;
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final DemoSettings settings;
  private final Path directory;
  private final Story story;

  CrashTest(DemoSettings settings, Path directory, Story story) {
    this.settings = settings;
    this.directory = directory;
    this.story = story;
  }

  void run() throws IOException, InterruptedException {
    story.chapter("Kill a process while it writes");
    long[] acknowledged = ingestAndKill();
    long batches = Arrays.stream(acknowledged).sum();
    long nanos = settings.ingest().toNanos();
    CityTour.require(batches > 0, "the child was killed before anything was acknowledged");
    story.fact(
        settings.writers() + " writers, batches of " + Readings.BATCH + ", until SIGKILL",
        CityTour.times(batches * Readings.BATCH, nanos) + " acknowledged");
    reopen(acknowledged);
  }

  private long[] ingestAndKill() throws IOException, InterruptedException {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try (Child child = Child.start(directory, settings.writers())) {
      clock.schedule(child::kill, START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      long[] batches =
          Acknowledgement.readAll(
              child.process().getInputStream(),
              settings.writers(),
              () -> clock.schedule(child::kill, settings.ingest().toNanos(), TimeUnit.NANOSECONDS));
      int exit = child.process().waitFor();
      CityTour.require(
          exit == EXIT_OF_SIGKILL, "the child ended by itself, with exit code " + exit);
      return batches;
    } finally {
      clock.shutdownNow();
    }
  }

  private void reopen(long[] acknowledged) {
    long began = System.nanoTime();
    try (Store store = Store.open(directory)) {
      long nanos = System.nanoTime() - began;
      RecoveryReport recovery = store.recovery();
      story.fact(
          "reopened, ready for reads and writes, in",
          Quantity.nanos(nanos)
              + " ("
              + Quantity.count(recovery.entries())
              + " entries in the journal)");
      story.fact("torn tail of the journal", tail(recovery));
      check(store, acknowledged);
      began = System.nanoTime();
      CityTour.require(store.verify().isIntact(), "the store is damaged");
      story.fact(
          "verify: every byte against its checksum",
          "intact, " + Quantity.nanos(System.nanoTime() - began));
    }
  }

  private static String tail(RecoveryReport recovery) {
    TornTail torn = recovery.tornTail();
    return torn == null
        ? "none: the kill met no half-written record"
        : Quantity.bytes(torn.droppedBytes()) + " that were not acknowledged, dropped";
  }

  /** Checks that each acknowledged batch is there, that batches are whole, and have no gap. */
  private void check(Store store, long[] acknowledged) {
    long began = System.nanoTime();
    long[] found = new long[acknowledged.length];
    try (Cursor cursor = store.tree(Readings.TREE).cursor()) {
      boolean more = cursor.first();
      for (int writer = 0; writer < found.length; writer++) {
        while (more && isBatch(cursor, writer, found[writer])) {
          more = checkBatch(cursor, writer, found[writer]);
          found[writer]++;
        }
        CityTour.require(
            found[writer] >= acknowledged[writer],
            "writer "
                + writer
                + " received acknowledgements of "
                + acknowledged[writer]
                + " batches, and "
                + found[writer]
                + " are there");
      }
      CityTour.require(!more, "there is an entry after the last whole batch");
    }
    long entries = Arrays.stream(found).sum() * Readings.BATCH;
    long more = entries - Arrays.stream(acknowledged).sum() * Readings.BATCH;
    story.fact(
        "read back and compared, byte for byte",
        CityTour.times(entries, System.nanoTime() - began));
    story.fact(
        "everything acknowledged is there, batches whole",
        "lost 0; " + Quantity.count(more) + " more were written than acknowledged");
  }

  private static boolean isBatch(Cursor cursor, int writer, long batch) {
    return Arrays.equals(cursor.keyBytes(), Readings.key(writer, batch, 0));
  }

  /** Compares one batch; returns whether an entry follows it. */
  private static boolean checkBatch(Cursor cursor, int writer, long batch) {
    boolean more = true;
    for (int place = 0; place < Readings.BATCH; place++) {
      CityTour.require(
          more && Arrays.equals(cursor.keyBytes(), Readings.key(writer, batch, place)),
          "batch " + batch + " of writer " + writer + " is torn at " + place);
      CityTour.require(
          Arrays.equals(cursor.valueBytes(), Readings.value(writer, batch, place)),
          "reading " + place + " of batch " + batch + " of writer " + writer + " is wrong");
      more = cursor.next();
    }
    return more;
  }
}
