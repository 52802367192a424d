package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.TransactionTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exclusive transactions, and how transactions end with their age and their store. */
final class ExclusiveTransactionTest {

  private static final Path STORE = Path.of("/store");
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Store store = Store.open(STORE, StoreOptions.defaults(), new MemoryFileSystem());
  private final Tree tree = store.tree("accounts");
  private final String transactionThread = Thread.currentThread().getName();
  private final CountDownLatch told = new CountDownLatch(1);

  @AfterEach
  void close() {
    store.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static @Nullable String get(KeyReader reader, String key) {
    byte[] value = reader.get(bytes(key));
    return value == null ? null : new String(value, UTF_8);
  }

  @Test
  void exclusive_excludesWriters_andNeverConflicts() throws InterruptedException {
    CountDownLatch written = new CountDownLatch(1);
    Thread other;
    try (Transaction transaction = store.beginExclusive(LONG)) {
      other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    tree.put(bytes("a"), bytes("other"));
                    written.countDown();
                  });
      assertThrows(IllegalStateException.class, () -> tree.put(bytes("x"), bytes("1")));
      assertThrows(IllegalStateException.class, () -> store.beginExclusive(LONG));
      assertNull(get(tree, "a"), "reads go on");
      transaction.put(tree, bytes("a"), bytes("mine"));
      assertEquals(1, written.getCount());
      transaction.commit();
    }
    other.join();
    assertEquals("other", get(tree, "a"));
    tree.put(bytes("x"), bytes("1"));
  }

  @Test
  void exclusive_timeoutSaysWhoHoldsIt() throws InterruptedException {
    try (Transaction transaction = store.beginExclusive(LONG)) {
      Thread waiting =
          Thread.ofPlatform()
              .start(
                  () -> {
                    TransactionTimeoutException e =
                        assertThrows(
                            TransactionTimeoutException.class,
                            () -> store.beginExclusive(Duration.ofMillis(5)));
                    assertTrue(
                        e.getMessage().contains("\"" + transactionThread + "\""), e::getMessage);
                    told.countDown();
                  });
      waiting.join();
      assertTrue(transaction.isOpen());
    }
    assertEquals(0, told.getCount());
  }

  @Test
  void abandonedExclusive_endsByItsAge_andWritersGoOn() throws InterruptedException {
    StoreOptions options = StoreOptions.builder().maxTransactionAge(Duration.ofMillis(50)).build();
    try (Store aging = Store.open(STORE, options, new MemoryFileSystem())) {
      Tree accounts = aging.tree("accounts");
      List<Transaction> abandoned = new ArrayList<>();
      Thread.ofPlatform().start(() -> abandoned.add(aging.beginExclusive(LONG))).join();
      accounts.put(bytes("a"), bytes("1")); // waits until it has ended
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> abandoned.getFirst().commit());
      assertTrue(e.getMessage().contains("maxTransactionAge"), e::getMessage);
      assertEquals(0, aging.stats().openSnapshots());
      assertEquals(0, aging.stats().transactions().open());
    }
  }

  @Test
  void storeClose_endsOpenTransactions() throws InterruptedException {
    Store closing = Store.open(STORE, StoreOptions.defaults(), new MemoryFileSystem());
    Tree accounts = closing.tree("accounts");
    Transaction exclusive = closing.beginExclusive(LONG);
    Transaction optimistic = closing.begin();
    exclusive.put(accounts, bytes("a"), bytes("1"));
    Thread writer =
        Thread.ofPlatform()
            .start(
                () ->
                    assertThrows(
                        IllegalStateException.class,
                        () -> {
                          while (true) {
                            accounts.put(bytes("b"), bytes("1"));
                          }
                        }));
    closing.close();
    writer.join();
    for (Transaction ended : List.of(exclusive, optimistic)) {
      assertFalse(ended.isOpen());
      assertTrue(
          assertThrows(IllegalStateException.class, ended::commit).getMessage().contains("closed"));
      ended.close();
    }
    assertThrows(IllegalStateException.class, closing::begin);
  }
}
