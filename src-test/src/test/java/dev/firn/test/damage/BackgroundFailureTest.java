package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreHealth;
import dev.firn.StoreProblem;
import dev.firn.StoreProblem.Kind;
import dev.firn.Tree;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Each file operation of the store's own threads fails once: the store's health shows the failure,
 * the listener is told, and if the store has failed, so is the next writer.
 */
final class BackgroundFailureTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PUTS = 700;

  /** Time limit from the failing operation to the report. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  @Test
  void anyBackgroundOperationFails_healthAndListenerAndNextWriteShowIt() {
    int operations = new Round(Integer.MAX_VALUE).run();
    assertTrue(operations > 300, () -> "only " + operations + " operations in the background");
    Map<FileOperation, Integer> failed = new EnumMap<>(FileOperation.class);
    Seed.runFor(
        3_000,
        seed -> {
          Round round = new Round(1 + new Random(seed).nextInt(operations));
          Deadline.call(LIMIT, round::run);
          FileOperation kind = round.failed;
          if (kind != null) {
            failed.merge(kind, 1, Integer::sum);
          }
        });
    System.out.println(operations + " operations in the background, failed: " + failed);
  }

  private static final class Round {

    private final MemoryFileSystem files = new MemoryFileSystem();
    private final List<StoreProblem> told = new CopyOnWriteArrayList<>();
    private final int turn;
    private int operations;
    private volatile @Nullable FileOperation failed;
    private volatile @Nullable StorageException injected;

    Round(int turn) {
      this.turn = turn;
    }

    int run() {
      files.failBefore(this::before);
      MemoryDisk disk = new MemoryDisk(files);
      try (Store store =
          disk.open(
              CrashWorkload.options().toBuilder()
                  .syncInterval(Duration.ofMillis(2))
                  .problemListener(told::add)
                  .build())) {
        try {
          write(store);
        } catch (FirnException e) {
          assertTrue(injected != null, () -> "fails without a reason: " + e);
        }
        if (injected != null) {
          assertShown(store);
        }
      } catch (FirnException e) {
        assertTrue(injected != null, () -> "fails without a reason: " + e);
      }
      files.failBefore((operation, path) -> {});
      if (injected != null) {
        assertTrue(told.stream().anyMatch(this::isInjected), () -> "not told: " + injected);
      }
      disk.assertNothingOpen();
      return operations;
    }

    private void write(Store store) {
      Tree tree = store.tree("t");
      for (int i = 0; i < PUTS && injected == null; i++) {
        tree.put(new byte[] {(byte) (i % 100), (byte) (i % 7)}, new byte[150]);
        if (i % 250 == 249) {
          store.scrub();
          store.compact();
        }
      }
    }

    private void assertShown(Store store) {
      long end = System.nanoTime() + PATIENCE_NANOS;
      StoreHealth health = store.health();
      while (problems(health).noneMatch(this::isInjected) && System.nanoTime() < end) {
        Thread.onSpinWait();
        health = store.health();
      }
      StoreHealth shown = health;
      assertTrue(
          problems(shown).anyMatch(this::isInjected),
          () -> failed + " is not shown: " + injected + ", " + shown);
      StoreProblem failure = shown.failure();
      if (failure != null) {
        Tree tree = store.tree("t");
        StoreFailedException e =
            assertThrows(StoreFailedException.class, () -> tree.put(new byte[1], new byte[1]));
        assertEquals(failure.cause(), e.getCause());
      }
    }

    private static Stream<StoreProblem> problems(StoreHealth health) {
      Stream<StoreProblem> notes =
          Stream.concat(health.damage().stream(), health.warnings().stream());
      return health.failure() == null ? notes : Stream.concat(Stream.of(health.failure()), notes);
    }

    private boolean isInjected(StoreProblem problem) {
      for (Throwable e = problem.cause(); e != null; e = e.getCause()) {
        if (e.equals(injected)) {
          return true;
        }
      }
      return problem.kind() == Kind.FAILURE
          && List.of(problem.cause().getSuppressed()).contains(injected);
    }

    private void before(FileOperation operation, Path path) {
      if (!Thread.currentThread().getName().startsWith("firn-")) {
        return;
      }
      synchronized (this) {
        operations++;
        if (operations != turn) {
          return;
        }
      }
      StorageException e = new StorageException(path, "cannot be used, says the test", null);
      failed = operation;
      injected = e;
      throw e;
    }
  }
}
