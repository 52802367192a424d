package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.core.SequenceNumber;
import dev.firn.version.Entry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Readers take and release versions while flushes and compactions change the current one. */
class ReadersDuringCompactionTest {

  @Test
  void current_whileChanging() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (CompactingStore store = new CompactingStore()) {
      store.versions.createTree("one");
      store.flush(List.of(Entry.parse("k#1,PUT")), 1);
      Thread reader =
          new Thread(
              () -> {
                try {
                  while (!stop.get()) {
                    assertNotNull(store.get(Entry.key("k"), SequenceNumber.MAX));
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      reader.start();
      for (int i = 2; i < 60; i++) {
        store.flush(List.of(Entry.parse("k#" + i + ",PUT")), i);
        while (store.compact(i)) {
          // until the picker finds nothing
        }
      }
      stop.set(true);
      reader.join();
      assertNull(failure.get(), () -> "" + failure.get());
      store.checkFiles();
    }
  }
}
