package dev.firn.test.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.FileName;
import dev.firn.error.StoreLockedException;
import dev.firn.test.Crew;
import dev.firn.test.OpenFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store has one owner: in this process, in another one, and after its death. */
final class SecondOpenerTest {

  @TempDir private Path directory;

  @Test
  void sameProcess_isToldSo() {
    Path folder = directory.resolve("store");
    try (Store store = Store.open(folder)) {
      StoreLockedException e = assertThrows(StoreLockedException.class, () -> Store.open(folder));
      assertTrue(e.getMessage().contains(folder.resolve(FileName.LOCK).toString()), e::getMessage);
      // The failed attempt has not released the owner's lock.
      assertThrows(StoreLockedException.class, () -> Store.open(folder.resolve("../store")));
      store.tree("t").put(new byte[1], new byte[1]);
    }
    Store.open(folder).close();
    OpenFiles.assertNoneUnder(directory);
  }

  @Test
  void otherProcess_isToldSoUntilItsDeath() throws Exception {
    Path folder = directory.resolve("store");
    Process owner = KillCycle.start(folder, directory.resolve("errors.txt"), 1, new long[1]);
    try {
      KillCycle.awaitOpened(owner, directory.resolve("errors.txt"));
      StoreLockedException e = assertThrows(StoreLockedException.class, () -> Store.open(folder));
      assertTrue(e.getMessage().contains(FileName.LOCK), e::getMessage);
    } finally {
      owner.destroyForcibly().waitFor();
    }
    Store.open(folder).close();
  }

  @Test
  void manyThreads_oneGetsIt() throws Exception {
    Path folder = directory.resolve("store");
    Store.open(folder).close();
    AtomicInteger owners = new AtomicInteger();
    AtomicInteger openings = new AtomicInteger();
    Crew crew = new Crew();
    for (int i = 0; i < 4; i++) {
      crew.start(
          "opener-" + i,
          () -> {
            try (Store store = Store.open(folder)) {
              assertEquals(1, owners.incrementAndGet());
              openings.incrementAndGet();
              store.tree("t").put(new byte[1], new byte[1]);
              owners.decrementAndGet();
            } catch (StoreLockedException e) {
              Thread.yield();
            }
          });
    }
    crew.workFor(Duration.ofSeconds(1));
    assertTrue(openings.get() > 0);
  }
}
