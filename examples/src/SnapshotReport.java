import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.firn.Cursor;
import dev.firn.KeyReader;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sums up accounts at one moment, while another thread moves money between them. */
public class SnapshotReport {

  private static final int ACCOUNTS = 100;

  public static void main(String[] args) throws InterruptedException {
    try (Store store = Store.open(Path.of(args.length > 0 ? args[0] : "bank"))) {
      Tree accounts = store.tree("accounts");
      for (int account = 0; account < ACCOUNTS; account++) {
        accounts.put(bytes(account), bytes(1000));
      }
      AtomicBoolean done = new AtomicBoolean();
      Thread transfers = new Thread(() -> transfer(store, accounts, done));
      transfers.start();
      for (int i = 0; i < 3; i++) {
        try (Snapshot snapshot = store.snapshot()) {
          report(accounts.at(snapshot));
        }
      }
      done.set(true);
      transfers.join();
    }
  }

  /** Reads a tree or a moment of it: both are a KeyReader. */
  private static void report(KeyReader accounts) {
    long[] total = new long[2];
    try (Cursor cursor = accounts.cursor()) {
      cursor.forEach(
          (key, memory, offset, length) -> {
            total[0]++;
            total[1] += memory.get(JAVA_LONG_UNALIGNED, offset); // in place, without a copy
          });
    }
    System.out.println(total[0] + " accounts hold " + total[1]);
  }

  private static void transfer(Store store, Tree accounts, AtomicBoolean done) {
    WriteBatch batch = new WriteBatch();
    for (int i = 0; !done.get(); i++) {
      byte[] from = bytes(i % ACCOUNTS);
      byte[] to = bytes((i + 1) % ACCOUNTS);
      batch.clear();
      batch.put(accounts, from, bytes(number(accounts.get(from)) - 1));
      batch.put(accounts, to, bytes(number(accounts.get(to)) + 1));
      store.write(batch); // both or neither
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(number).array();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
  }
}
