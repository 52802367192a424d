package dev.firn.test.kill;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The process that is killed: opens the store and writes stamped batches from several threads until
 * it dies. Each acknowledged batch is one frame on the standard output, written before the writer
 * continues.
 *
 * <pre>
 *  frame: u32 writer, or {@link #OPENED} | u64 number of the batch
 * </pre>
 */
final class KillChild {

  /** Instead of a writer: the store is open. */
  static final int OPENED = -1;

  static final int FRAME_BYTES = 12;

  private KillChild() {}

  /** Arguments: the store's folder, a seed, and each writer's last batch. */
  public static void main(String[] args) throws IOException {
    // A PrintStream such as System.out swallows errors.
    OutputStream pipe = new java.io.FileOutputStream(java.io.FileDescriptor.out);
    long seed = Long.parseLong(args[1]);
    int writers = args.length - 2;
    AtomicLongArray acknowledged = new AtomicLongArray(writers);
    for (int i = 0; i < writers; i++) {
      acknowledged.set(i, Long.parseLong(args[2 + i]));
    }
    Store store = Store.open(Path.of(args[0]), TinyOptions.of(seed));
    send(pipe, OPENED, 0);
    AtomicLongArray begun = new AtomicLongArray(writers);
    for (int i = 0; i < writers; i++) {
      StampedWriter writer = new StampedWriter(KillCycle.WRITERS, store, i, begun, acknowledged);
      Random random = new Random(seed + i);
      int number = i;
      Thread.ofPlatform().start(() -> writeForever(writer, number, random, pipe));
    }
    disturbForever(store, new Random(seed - 1));
  }

  private static void writeForever(
      StampedWriter writer, int number, Random random, OutputStream pipe) {
    // One writer syncs often, the others rarely.
    int syncedInHundred = number == 0 ? 50 : 1;
    try {
      while (true) {
        Durability durability =
            random.nextInt(100) < syncedInHundred ? Durability.SYNCED : Durability.BUFFERED;
        send(pipe, number, writer.writeNext(durability));
      }
    } catch (Throwable e) {
      die(e);
    }
  }

  private static void disturbForever(Store store, Random random) {
    try {
      while (true) {
        switch (random.nextInt(10)) {
          case 0 -> store.flush();
          case 1 -> store.compact();
          case 2 -> store.tree("extra").put(new byte[1], new byte[100]);
          case 3 -> store.dropTree("extra");
          default -> Thread.sleep(random.nextInt(10));
        }
      }
    } catch (Throwable e) {
      die(e);
    }
  }

  private static void send(OutputStream pipe, int writer, long number) throws IOException {
    byte[] frame = ByteBuffer.allocate(FRAME_BYTES).putInt(writer).putLong(number).array();
    synchronized (pipe) {
      pipe.write(frame);
    }
  }

  @SuppressWarnings("SystemExitOutsideMain")
  private static void die(Throwable e) {
    e.printStackTrace();
    Runtime.getRuntime().halt(3);
  }
}
