package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.firn.Cursor;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.Crew;
import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/**
 * Money moves between accounts. A transfer holds a lock, reads both balances and writes both: the
 * total stays the same only if each thread reads what the previous one wrote. Every snapshot shows
 * the same total over all trees, and so does every walk over one tree whose transfers stay within
 * it.
 */
final class BankTest {

  private static final int CLERKS = 2;

  @Test
  void total_neverChanges() {
    Seed.run(BankTest::round);
  }

  private static void round(long seed) throws Exception {
    Disk disk = new MemoryDisk();
    try (Store store = disk.open(TinyOptions.of(seed))) {
      Bank two = new Bank(store, List.of(store.tree("checking"), store.tree("savings")));
      Bank one = new Bank(store, List.of(store.tree("deposits")));
      two.open();
      one.open();
      Crew crew = new Crew();
      for (int i = 0; i < CLERKS; i++) {
        two.startClerk(crew, seed + i);
        one.startClerk(crew, seed - i);
      }
      crew.start("auditor", two::audit);
      crew.start("walker", one::walk);
      crew.workFor(Duration.ofSeconds(2));
      two.audit();
      one.walk();
    }
    disk.assertNothingOpen();
    try (Store store = disk.open(TinyOptions.of(seed + 1))) {
      new Bank(store, List.of(store.tree("checking"), store.tree("savings"))).audit();
      new Bank(store, List.of(store.tree("deposits"))).walk();
    }
  }

  private static final class Bank {

    private static final int ACCOUNTS = 50;
    private static final long OPENING_BALANCE = 1000;

    private final Store store;
    private final List<Tree> trees;
    private final ReentrantLock lock = new ReentrantLock();

    Bank(Store store, List<Tree> trees) {
      this.store = store;
      this.trees = trees;
    }

    void open() {
      WriteBatch batch = new WriteBatch();
      for (Tree tree : trees) {
        for (int i = 0; i < ACCOUNTS; i++) {
          batch.put(tree, account(i), balance(OPENING_BALANCE));
        }
      }
      store.write(batch);
    }

    void startClerk(Crew crew, long seed) {
      Random random = new Random(seed);
      WriteBatch batch = new WriteBatch();
      crew.start("clerk", () -> transfer(random, batch));
    }

    private void transfer(Random random, WriteBatch batch) {
      Tree fromTree = trees.get(random.nextInt(trees.size()));
      Tree toTree = trees.get(random.nextInt(trees.size()));
      int from = random.nextInt(ACCOUNTS);
      int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
      long amount = random.nextInt(100);
      lock.lock();
      try {
        batch.clear();
        batch.put(fromTree, account(from), balance(amountIn(fromTree, from) - amount));
        batch.put(toTree, account(to), balance(amountIn(toTree, to) + amount));
        store.write(batch);
      } finally {
        lock.unlock();
      }
    }

    private static long amountIn(Tree tree, int account) {
      return amount(tree.get(account(account)));
    }

    void audit() {
      long total = 0;
      try (Snapshot snapshot = store.snapshot()) {
        for (Tree tree : trees) {
          for (int i = 0; i < ACCOUNTS; i++) {
            total += amount(tree.at(snapshot).get(account(i)));
          }
        }
      }
      assertEquals(OPENING_BALANCE * trees.size() * ACCOUNTS, total, "total through a snapshot");
    }

    void walk() {
      long total = 0;
      try (Cursor cursor = trees.getFirst().cursor()) {
        for (boolean more = cursor.last(); more; more = cursor.prev()) {
          total += amount(cursor.valueBytes());
        }
      }
      assertEquals(ACCOUNTS * OPENING_BALANCE, total, "total of a walk");
    }

    private static byte[] account(int number) {
      return "account-%04d".formatted(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static byte[] balance(long amount) {
      return ByteBuffer.allocate(8).putLong(amount).array();
    }

    private static long amount(byte[] balance) {
      assertNotNull(balance, "an account is gone");
      return ByteBuffer.wrap(balance).getLong();
    }
  }
}
