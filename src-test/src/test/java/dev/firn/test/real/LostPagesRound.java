package dev.firn.test.real;

import dev.firn.Store;
import dev.firn.StoreHealth;
import dev.firn.error.FirnException;
import dev.firn.test.Crew;
import dev.firn.test.TinyOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One store that several threads read and write while its mapped files are truncated. Every
 * operation that meets a lost page must end in a {@code FirnException} that names a file, be known
 * to the store's health, and give no wrong answer.
 *
 * <p><b>Threading.</b> One thread, which starts others and waits for them.
 */
final class LostPagesRound {

  private static final int PAGE_BYTES = 4096;
  private static final int READERS = 2;

  private final Path folder;
  private final Random random;
  private final LostPagesWork work;
  private final Store store;

  LostPagesRound(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
    this.store =
        Store.open(
            folder, TinyOptions.of(seed).toBuilder().syncInterval(Duration.ofMillis(3)).build());
    this.work = new LostPagesWork(store, folder);
  }

  long run() throws Exception {
    try {
      work.fill(random);
      Crew crew = new Crew();
      for (int i = 0; i < READERS; i++) {
        Random choices = new Random(random.nextLong());
        crew.start("reader", () -> work.read(choices));
      }
      Random choices = new Random(random.nextLong());
      crew.start("writer", () -> work.write(choices));
      Random tasks = new Random(random.nextLong());
      crew.start("housekeeper", () -> work.keepHouse(tasks));
      Thread.sleep(random.nextInt(40));
      cutFiles();
      Thread.sleep(30 + random.nextInt(40));
      crew.finish();
      assertKnown();
    } finally {
      closeQuietly();
    }
    return work.failures();
  }

  /** Truncates some of the files between two pages. */
  private void cutFiles() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(LostPagesRound::isMapped).sorted().toList();
    }
    double share = random.nextDouble();
    for (Path file : files) {
      if (random.nextDouble() < share) {
        cut(file);
      }
    }
  }

  private static boolean isMapped(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".table") || name.endsWith(".journal");
  }

  private void cut(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int pages = (int) (channel.size() / PAGE_BYTES) + 1;
      channel.truncate((long) random.nextInt(pages) * PAGE_BYTES);
    } catch (NoSuchFileException e) {
      // A flush or a compaction deleted it first.
    }
  }

  /** The health must know what a caller was told. */
  private void assertKnown() {
    StoreHealth health = store.health();
    if (work.failures() > 0 && health.isHealthy()) {
      throw new AssertionError("the health knows nothing of " + work.lastFailure());
    }
  }

  private void closeQuietly() {
    try {
      store.close();
    } catch (FirnException e) {
      // The last flush needs lost pages.
    }
  }
}
