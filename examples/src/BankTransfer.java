import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.Tree;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Moves money between accounts from several threads. Each transfer is a transaction: it reads two
 * balances, checks that there is enough, and writes both. When another thread has changed one of
 * them in between, the commit is refused and the transfer runs again.
 */
public class BankTransfer {

  private static final int ACCOUNTS = 10;
  private static final long MONEY = 1000;

  private final Store store;
  private final Tree accounts;

  BankTransfer(Store store) {
    this.store = store;
    this.accounts = store.tree("accounts");
  }

  /** Moves an amount, or nothing if there is not enough; returns whether it did. */
  boolean transfer(int from, int to, long amount) {
    return store.update(
        transaction -> {
          long has = number(transaction.in(accounts).get(key(from)));
          if (has < amount || from == to) {
            return false;
          }
          long other = number(transaction.in(accounts).get(key(to)));
          transaction.put(accounts, key(from), bytes(has - amount));
          transaction.put(accounts, key(to), bytes(other + amount));
          return true;
        });
  }

  /** The money in all accounts, at one moment. */
  long total() {
    return store.read(
        transaction -> {
          long total = 0;
          try (Cursor cursor = transaction.in(accounts).cursor()) {
            for (boolean more = cursor.first(); more; more = cursor.next()) {
              total += number(cursor.valueBytes());
            }
          }
          return total;
        });
  }

  private static byte[] key(int account) {
    return ("account " + account).getBytes(UTF_8);
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  public static void main(String[] args) throws InterruptedException {
    try (Store store = Store.open(Path.of(args.length > 0 ? args[0] : "bank"))) {
      BankTransfer bank = new BankTransfer(store);
      for (int account = 0; account < ACCOUNTS; account++) {
        bank.accounts.put(key(account), bytes(MONEY));
      }
      List<Thread> clerks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clerks.add(Thread.ofPlatform().start(() -> work(bank)));
      }
      for (Thread clerk : clerks) {
        clerk.join();
      }
      System.out.println(ACCOUNTS + " accounts hold " + bank.total());
      System.out.println("open transactions: " + store.stats().transactions().open());
    }
  }

  private static void work(BankTransfer bank) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < 500; i++) {
      bank.transfer(random.nextInt(ACCOUNTS), random.nextInt(ACCOUNTS), random.nextLong(200));
    }
  }
}
