package dev.firn.test.stress;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Three keys of one round, in a store that all rounds of a process share: generations are rotated,
 * flushed and compacted meanwhile.
 *
 * <p><b>Ownership.</b> The store is closed and its folder deleted when the process ends.
 */
class StoreRound {

  static final byte[] VALUE = {'v'};

  private static final AtomicLong ROUNDS = new AtomicLong();

  /** The prefix of the round's keys. */
  final byte[] round = ByteBuffer.allocate(Long.BYTES).putLong(ROUNDS.getAndIncrement()).array();

  final byte[] a = key('a');
  final byte[] b = key('b');
  final byte[] c = key('c');

  private byte[] key(char last) {
    return ByteBuffer.allocate(Long.BYTES + 1).put(round).put((byte) last).array();
  }

  static Store store() {
    return Shared.STORE;
  }

  static Tree one() {
    return Shared.ONE;
  }

  static Tree other() {
    return Shared.OTHER;
  }

  /** Initialized on first use. */
  private static final class Shared {

    /** So small that generations come and go while a test runs. */
    private static final long SEGMENT_BYTES = 256 << 10;

    static final Store STORE = open();
    static final Tree ONE = STORE.tree("one");
    static final Tree OTHER = STORE.tree("other");

    private static Store open() {
      try {
        Path folder = Files.createTempDirectory("firn-stress");
        Store store =
            Store.open(folder, StoreOptions.builder().journalSegmentBytes(SEGMENT_BYTES).build());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(store, folder)));
        return store;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void end(Store store, Path folder) {
      store.close();
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : all) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
