package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.test.Deadline;
import dev.firn.test.TinyOptions;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A value, read in place, is in a channel's write to a slow receiver when the store is closed. */
class CloseWhileValueIsWrittenTest {

  private static final byte[] KEY = {1};

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void close_waitsForTheWrite(boolean flushed) throws Exception {
    Store store = opened(directory, flushed);
    Pipe pipe = Pipe.open();
    Thread sender = send(store, pipe);
    Thread receiver =
        Thread.ofPlatform()
            .start(
                () -> {
                  pause(200);
                  drain(pipe);
                });
    store.close();
    assertNull(store.health().failure());
    assertEquals(0, mappings(directory));
    pipe.sink().close();
    sender.join();
    receiver.join();
  }

  /** Each waits for seconds: all at once. */
  @Test
  void close_saysWhoHoldsWhat() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      List<Callable<Void>> cases =
          List.of(
              () -> assertSaysWhoHoldsWhat(directory.resolve("memtable"), false),
              () -> assertSaysWhoHoldsWhat(directory.resolve("table"), true),
              () -> assertKeyIsHeld(directory.resolve("key in memtable"), false),
              () -> assertKeyIsHeld(directory.resolve("key in table"), true));
      for (Future<Void> done : executor.invokeAll(cases)) {
        done.get();
      }
    }
  }

  private static Void assertSaysWhoHoldsWhat(Path directory, boolean flushed) throws Exception {
    Store store = opened(directory, flushed);
    Pipe pipe = Pipe.open();
    Thread sender = send(store, pipe);
    IllegalStateException held =
        Deadline.call(
            Duration.ofSeconds(60), () -> assertThrows(IllegalStateException.class, store::close));
    String message = String.valueOf(held.getMessage());
    assertTrue(message.contains("slow sender"), message);
    assertTrue(message.contains(directory.toString()), message);
    assertEquals(1, mappings(directory), "only the one that is held");
    try (Store again = Store.open(directory)) {
      assertNotNull(again.tree("t").get(KEY));
    }
    pipe.source().close();
    sender.join();
    store.close();
    assertEquals(0, mappings(directory));
    pipe.sink().close();
    return null;
  }

  /** The cursor is closed, its view goes, and the table is replaced: the store must not fail. */
  @Test
  void compaction_whileTheValueIsWritten() throws Exception {
    Store store = opened(directory, true);
    Pipe pipe = Pipe.open();
    Cursor cursor = store.tree("t").cursor();
    assertTrue(cursor.first());
    ByteBuffer value = cursor.value().asByteBuffer();
    Thread sender = started(() -> write(pipe, value));
    cursor.close();
    store.tree("t").put(KEY, new byte[1]);
    Deadline.call(
        Duration.ofSeconds(60),
        () -> {
          store.compact();
          return null;
        });
    assertNull(store.health().failure());
    store.tree("t").put(KEY, new byte[2]);
    pipe.source().close();
    sender.join();
    pipe.sink().close();
    store.close();
    assertEquals(0, mappings(directory));
  }

  /** The cursor is closed, and the value's journal segment is deleted: the store must not fail. */
  @Test
  void deletionOfTheSegment_whileTheValueIsWritten() throws Exception {
    StoreOptions options = TinyOptions.smallest().toBuilder().minValueFileBytes(2L << 30).build();
    Store store = Store.open(directory, options);
    store.tree("t").put(KEY, new byte[1 << 20]);
    Pipe pipe = Pipe.open();
    Cursor cursor = store.tree("t").cursor();
    assertTrue(cursor.first());
    ByteBuffer value = cursor.value().asByteBuffer();
    Thread sender = started(() -> write(pipe, value));
    cursor.close();
    store.flush();
    Deadline.call(
        Duration.ofSeconds(60),
        () -> {
          while (hasLargeJournal() && store.health().failure() == null) {
            Thread.sleep(5);
          }
          return null;
        });
    assertNull(store.health().failure());
    store.tree("t").put(KEY, new byte[2]);
    pipe.source().close();
    sender.join();
    pipe.sink().close();
    store.close();
    assertEquals(0, mappings(directory));
  }

  /** A key in place is in memory of the cursor. */
  private static Void assertKeyIsHeld(Path directory, boolean flushed) throws Exception {
    Store store = Store.open(directory);
    store.tree("t").put(new byte[1 << 16], new byte[1]);
    if (flushed) {
      store.flush();
    }
    Pipe pipe = Pipe.open();
    fill(pipe);
    Cursor cursor = store.tree("t").cursor();
    assertTrue(cursor.first());
    ByteBuffer key = cursor.key().asByteBuffer();
    Thread sender = started(() -> write(pipe, key));
    IllegalStateException held =
        Deadline.call(
            Duration.ofSeconds(60), () -> assertThrows(IllegalStateException.class, store::close));
    String message = String.valueOf(held.getMessage());
    assertTrue(message.contains("slow sender"), message);
    assertNull(store.health().failure());
    pipe.source().close();
    sender.join();
    store.close();
    pipe.sink().close();
    return null;
  }

  /** Leaves no room in a pipe. */
  private static void fill(Pipe pipe) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    pipe.sink().configureBlocking(false);
    while (pipe.sink().write(bytes) > 0) {
      bytes.clear();
    }
    pipe.sink().configureBlocking(true);
  }

  private boolean hasLargeJournal() {
    File[] journals = directory.toFile().listFiles((folder, name) -> name.endsWith(".journal"));
    return Stream.of(Objects.requireNonNull(journals)).anyMatch(file -> file.length() > 1 << 20);
  }

  private static Store opened(Path directory, boolean flushed) {
    Store store = Store.open(directory);
    Tree tree = store.tree("t");
    tree.put(KEY, new byte[1 << 20]);
    if (flushed) {
      store.flush();
    }
    return store;
  }

  /** Starts to write the value to a pipe that is not read; returns when it is stuck. */
  private static Thread send(Store store, Pipe pipe) throws Exception {
    return started(
        () -> {
          try (Cursor cursor = store.tree("t").cursor()) {
            cursor.first();
            write(pipe, cursor.value().asByteBuffer());
          } catch (IllegalStateException e) {
            // The store was closed meanwhile.
          }
        });
  }

  private static Thread started(Runnable task) throws Exception {
    Thread sender = Thread.ofPlatform().name("slow sender").daemon().start(task);
    Deadline.call(
        Duration.ofSeconds(60),
        () -> {
          while (Stream.of(sender.getStackTrace())
              .noneMatch(f -> f.getClassName().equals("sun.nio.ch.IOUtil"))) {
            Thread.sleep(1);
          }
          return null;
        });
    return sender;
  }

  private static void write(Pipe pipe, ByteBuffer value) {
    try {
      pipe.sink().write(value);
    } catch (IOException e) {
      // The other end was closed.
    }
  }

  private static void drain(Pipe pipe) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (pipe.source().read(buffer.clear()) >= 0) {
        // goes on
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long mappings(Path directory) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(directory.toString())).count();
    }
  }
}
