package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Whatever goes wrong with a store's files, no exception, problem, report or log line contains a
 * key or a value: those are the user's, and messages end up where others read them.
 */
final class SecretTest {

  private static final String KEY = "sesame-";
  private static final String VALUE = "forty-thieves-";
  private static final int ENTRIES = 300;

  private final List<String> said = new CopyOnWriteArrayList<>();

  private final Handler log =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          said.add(line.getMessage());
          if (line.getThrown() != null) {
            said.add(text(line.getThrown()));
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private StoreOptions options() {
    return TinyOptions.smallest().toBuilder()
        .tableBytes(4 << 10)
        .syncInterval(Duration.ZERO)
        .problemListener(problem -> said.add(problem + text(problem.cause())))
        .build();
  }

  @Test
  void damagedAndFailingStores_noMessageHoldsAKeyOrAValue() {
    Logger logger = Logger.getLogger("dev.firn");
    logger.addHandler(log);
    logger.setUseParentHandlers(false);
    try {
      Seed.run(
          seed -> {
            Random random = new Random(seed);
            StoreImage image = image();
            for (String name : image.names()) {
              for (int i = 0; i < 5; i++) {
                use(image.with(name, damaged(image.bytes(name), random)), Integer.MAX_VALUE);
              }
            }
            for (int i = 0; i < 30; i++) {
              use(image, random.nextInt(200));
            }
          });
      misuse();
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(log);
    }
    assertTrue(said.size() > 200, () -> "only " + said.size() + " messages");
    for (String text : said) {
      assertFalse(text.contains("sesame") || text.contains("forty"), text);
      assertFalse(text.contains(hex("sesame")) || text.contains(hex("forty")), text);
    }
  }

  private StoreImage image() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(options())) {
      fill(store.tree("t"));
      store.compact();
      fill(store.tree("t"));
      return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
    }
  }

  private static void fill(Tree tree) {
    for (int i = 0; i < ENTRIES; i++) {
      tree.put(bytes(KEY + i), bytes(VALUE + i + "-".repeat(i % 90)));
    }
  }

  private static byte[] damaged(byte[] file, Random random) {
    for (int i = 1 + random.nextInt(3); i > 0 && file.length > 0; i--) {
      int at = random.nextInt(file.length);
      if (random.nextInt(4) > 0) {
        file[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        for (int j = at; j < Math.min(file.length, at + 200); j++) {
          file[j] = (byte) random.nextInt();
        }
      }
    }
    return file;
  }

  /** Uses the store as an application does and keeps every message. */
  private void use(StoreImage image, int failing) {
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    int[] left = {failing};
    disk.files()
        .failBefore(
            (operation, path) -> {
              synchronized (left) {
                if (left[0]-- == 0) {
                  throw new StorageException(path, "cannot be used, says the test", null);
                }
              }
            });
    try (Store store = disk.open(options())) {
      Tree tree = store.tree("t");
      List<Runnable> uses = new ArrayList<>();
      uses.add(() -> said.add(store.verify().toString()));
      uses.add(() -> said.add(store.recovery().toString()));
      uses.add(() -> scan(tree));
      uses.add(() -> tree.get(bytes(KEY + 7)));
      uses.add(() -> tree.put(bytes(KEY), bytes(VALUE), Durability.SYNCED));
      uses.add(store::compact);
      uses.add(() -> said.add(store.stats() + " " + store.health()));
      uses.forEach(this::attempt);
    } catch (FirnException e) {
      said.add(text(e));
    }
  }

  private static void scan(Tree tree) {
    try (Cursor cursor = tree.cursor(KeyRange.prefix(bytes(KEY)))) {
      boolean more = cursor.first();
      while (more) {
        more = cursor.next();
      }
    }
  }

  /** Mistakes with arguments that hold keys and values. */
  private void misuse() {
    MemoryDisk disk = new MemoryDisk();
    Store store = disk.open(options());
    Tree tree = store.tree("t");
    byte[] tooLong = bytes(KEY.repeat(20_000));
    WriteBatch batch = new WriteBatch().put(tree, bytes(KEY), bytes(VALUE));
    said.add(batch + " " + tree + " " + tree.cursor());
    attempt(() -> tree.put(tooLong, bytes(VALUE)));
    attempt(() -> tree.get(tooLong));
    attempt(() -> KeyRange.closedOpen(bytes(KEY + 2), bytes(KEY + 1)));
    attempt(() -> tree.cursor().next());
    store.dropTree("t");
    attempt(() -> tree.put(bytes(KEY), bytes(VALUE)));
    store.close();
    attempt(() -> tree.put(bytes(KEY), bytes(VALUE)));
  }

  private void attempt(Runnable use) {
    try {
      use.run();
    } catch (RuntimeException e) {
      said.add(text(e));
    }
  }

  private static String text(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hex(String text) {
    return java.util.HexFormat.of().formatHex(bytes(text));
  }
}
