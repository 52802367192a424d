package dev.firn.cli.demo;

import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The child's work: writers write readings as fast as they can, and report each acknowledged batch.
 * It ends with its standard input, that is, when the parent dies; the parent kills it earlier.
 */
public final class Ingest {

  private final Store store;
  private final Tree tree;
  private final OutputStream acknowledged;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  private Ingest(Store store, OutputStream acknowledged) {
    this.store = store;
    this.tree = store.tree(Readings.TREE);
    this.acknowledged = acknowledged;
  }

  /** Writes until {@code in} ends. */
  public static void run(Path directory, int writers, InputStream in, OutputStream acknowledged)
      throws IOException, InterruptedException {
    try (Store store = Store.open(directory)) {
      Ingest ingest = new Ingest(store, acknowledged);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int writer = i;
        threads.add(Thread.ofPlatform().name("writer-" + i).start(() -> ingest.write(writer)));
      }
      while (in.read() >= 0) {
        // Nothing is sent: this waits for the end.
      }
      ingest.stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      RuntimeException failed = ingest.failure.get();
      if (failed != null) {
        throw failed;
      }
    }
  }

  private void write(int writer) {
    WriteBatch batch = new WriteBatch();
    try {
      for (long number = 0; !stop.get(); number++) {
        batch.clear();
        for (int place = 0; place < Readings.BATCH; place++) {
          batch.put(
              tree, Readings.key(writer, number, place), Readings.value(writer, number, place));
        }
        store.write(batch);
        acknowledge(writer, number);
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
      stop.set(true);
    }
  }

  private void acknowledge(int writer, long number) {
    byte[] message =
        ByteBuffer.allocate(Acknowledgement.BYTES)
            .putLong(Acknowledgement.encode(writer, number))
            .array();
    synchronized (acknowledged) {
      try {
        acknowledged.write(message);
        acknowledged.flush();
      } catch (IOException e) {
        stop.set(true); // the parent has ended
      }
    }
  }
}
