package dev.firn.test.real;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.error.FirnException;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.StampedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The process whose file system loses power: writes stamped batches from several threads until a
 * write fails, reads and compacts all the time, and waits to be killed. Each acknowledged batch is
 * one frame on the standard output, written before the writer continues.
 *
 * <pre>
 *  frame: u32 writer or one of the numbers below | u64 number | u8 whether synced
 * </pre>
 */
final class PowerChild {

  static final int OPENED = -1;

  /** A write failed, as expected without power. */
  static final int FAILED = -2;

  /** A read gave a wrong answer or threw an unexpected exception. */
  static final int FOUND = -3;

  private PowerChild() {}

  /** Arguments: folder, seed, boot, whether to forget syncs, and each writer's last batch. */
  public static void main(String[] args) throws Exception {
    OutputStream pipe = new FileOutputStream(FileDescriptor.out);
    long seed = Long.parseLong(args[1]);
    int writers = args.length - 4;
    AtomicLongArray acknowledged = new AtomicLongArray(writers);
    for (int i = 0; i < writers; i++) {
      acknowledged.set(i, Long.parseLong(args[4 + i]));
    }
    Store store =
        StoreAccess.open(
            Path.of(args[0]),
            TinyOptions.of(seed),
            Reboots.files(Long.parseLong(args[2]), Boolean.parseBoolean(args[3])));
    send(pipe, OPENED, 0, false);
    AtomicLongArray begun = new AtomicLongArray(writers);
    for (int i = 0; i < writers; i++) {
      StampedWriter writer = new StampedWriter(PowerCycle.WRITERS, store, i, begun, acknowledged);
      Random random = new Random(seed + i);
      int number = i;
      Thread.ofPlatform().start(() -> writeUntilFailure(writer, number, random, pipe));
    }
    Thread.ofPlatform()
        .start(() -> repeat(() -> StampedState.read(PowerCycle.WRITERS, store), pipe));
    Thread.ofPlatform().start(() -> repeat(() -> keepHouse(store), pipe));
    Thread.sleep(Long.MAX_VALUE);
  }

  /** Repeats work that may fail with a {@code FirnException} only, once the power is cut. */
  private static void repeat(Runnable work, OutputStream pipe) {
    try {
      while (true) {
        try {
          work.run();
        } catch (FirnException powerGone) {
          Thread.sleep(1);
        }
      }
    } catch (Throwable e) {
      e.printStackTrace();
      try {
        send(pipe, FOUND, 0, false);
      } catch (IOException gone) {
        // The process is being killed.
      }
    }
  }

  private static void keepHouse(Store store) {
    store.scrub();
    store.verify();
    store.flush();
    store.compact();
  }

  private static void writeUntilFailure(
      StampedWriter writer, int number, Random random, OutputStream pipe) {
    int syncedInHundred = number == 0 ? 50 : 5;
    try {
      while (true) {
        boolean synced = random.nextInt(100) < syncedInHundred;
        send(
            pipe,
            number,
            writer.writeNext(synced ? Durability.SYNCED : Durability.BUFFERED),
            synced);
      }
    } catch (Throwable e) {
      System.err.println(e);
      try {
        send(pipe, FAILED, 0, false);
      } catch (IOException gone) {
        // The parent has what it needs.
      }
    }
  }

  private static void send(OutputStream pipe, int writer, long number, boolean synced)
      throws IOException {
    byte[] frame =
        ByteBuffer.allocate(13).putInt(writer).putLong(number).put((byte) (synced ? 1 : 0)).array();
    synchronized (pipe) {
      pipe.write(frame);
    }
  }
}
