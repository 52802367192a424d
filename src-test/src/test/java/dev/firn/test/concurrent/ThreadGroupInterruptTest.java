package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.test.RealDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A store opened in a thread group that is interrupted, as servers and test runners do. */
final class ThreadGroupInterruptTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.builder().journalSegmentBytes(16 << 10).build();

  @Test
  void interruptedGroup_doesNotReachTheStore() throws InterruptedException {
    ThreadGroup group = new ThreadGroup("opener");
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread opener = new Thread(group, () -> work(group, thrown), "opener");
    opener.start();
    opener.join();
    assertNull(thrown.get());
  }

  private static void work(ThreadGroup group, AtomicReference<@Nullable Throwable> thrown) {
    try (RealDisk disk = new RealDisk();
        Store store = disk.open(OPTIONS)) {
      assertEquals(List.of("opener"), names(group));
      for (int i = 0; i < 1000; i++) {
        byte[] key = {(byte) (i >> 8), (byte) i};
        store.tree("t").put(key, new byte[200]);
        group.interrupt();
        assertEquals(200, store.tree("t").get(key).length);
      }
      store.flush();
      assertEquals(200, store.tree("t").get(new byte[2]).length);
      assertNull(store.health().failure());
      assertEquals(List.of(), store.health().damage());
    } catch (Throwable t) {
      thrown.set(t);
    }
  }

  private static List<String> names(ThreadGroup group) {
    Thread[] threads = new Thread[100];
    int count = group.enumerate(threads);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(threads[i].getName());
    }
    return names;
  }
}
