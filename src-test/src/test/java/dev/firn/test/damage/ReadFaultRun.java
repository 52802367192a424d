package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.sstable.CachedBlocks;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of a store on a device with an unreadable block: the store is opened, read in every way,
 * verified, scrubbed, written to, flushed, compacted and closed. The caller that needs the block
 * gets its file and position. After the device recovers, the same call and the same cursor give the
 * right answer. A flush or compaction that needs the block fails the store, which reports that and
 * stays readable. Nothing is lost or left open.
 */
final class ReadFaultRun {

  private static final String WRITTEN = "written while the device fails";
  private static final byte[] VALUE = new byte[3000];
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final MemoryDisk disk;
  private final StoreOptions options;
  private final List<String> content;
  private final BadBlock device;

  /** The messages that callers and the listener were given. */
  private final List<String> told = new CopyOnWriteArrayList<>();

  private int acknowledged;

  /**
   * @param content the {@link #content(Store)} of the image
   * @param turn number of the read that fails, from 1; 0 = none
   * @param stays whether later reads of the block fail too
   */
  ReadFaultRun(
      StoreImage image, StoreOptions options, List<String> content, long turn, boolean stays) {
    this.disk = new MemoryDisk(image.toFileSystem());
    this.device = new BadBlock(disk.files(), turn, stays);
    this.options = options.toBuilder().problemListener(problem -> note(problem.cause())).build();
    this.content = content;
  }

  /** Runs and checks; returns the failure, or null if the turn did not come. */
  @Nullable StorageException run() {
    long cached = CachedBlocks.allocated();
    Store store = open();
    try {
      live(store);
    } finally {
      close(store);
    }
    disk.assertNothingOpen();
    assertEquals(cached, CachedBlocks.allocated(), "blocks left in memory");
    assertNotSwallowed();
    try (Store again = disk.open(options)) {
      assertEquals(content, content(again));
      assertWritten(again);
      assertTrue(again.verify().isIntact(), () -> again.verify().toString());
    }
    return device.failure();
  }

  long reads() {
    return device.reads();
  }

  private void live(Store store) {
    read(store, this::assertGets);
    read(store, s -> assertEquals(content, walk(s, true)));
    read(store, s -> assertEquals(content, walk(s, false)));
    read(store, s -> assertTrue(s.verify().isIntact()));
    scrub(store);
    for (int i = 0; i < 12; i++) {
      byte[] key = {(byte) i};
      write(store, s -> s.tree(WRITTEN).put(key, VALUE), () -> acknowledged++);
    }
    write(store, Store::flush, () -> {});
    write(store, Store::compact, () -> {});
    read(store, s -> assertEquals(content, content(s)));
    read(store, this::assertWritten);
  }

  private Store open() {
    MemoryDisk failing = new MemoryDisk(disk.files(), device);
    try {
      return failing.open(options);
    } catch (StorageException e) {
      tell(e);
      disk.assertNothingOpen();
      device.recover();
      return failing.open(options);
    }
  }

  /** Reads, and again if the device fails. */
  private void read(Store store, Consumer<Store> reading) {
    try {
      reading.accept(store);
    } catch (StorageException e) {
      tell(e);
      assertFalse(store.health().isHealthy(), "it looks healthy");
      device.recover();
      reading.accept(store);
    }
  }

  private void write(Store store, Consumer<Store> writing, Runnable acknowledge) {
    try {
      writing.accept(store);
      acknowledge.run();
    } catch (StoreFailedException e) {
      tell(e);
      assertNotNull(store.health().failure(), "it does not look failed");
      assertThrows(StoreFailedException.class, store::sync);
    } catch (StorageException e) {
      // The store tries again what it was doing.
      tell(e);
    }
  }

  private static void scrub(Store store) {
    long passes = store.health().scrub().passes();
    store.scrub();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (store.health().scrub().passes() == passes) {
      assertTrue(System.nanoTime() < end, "the scrub does not end");
      Thread.onSpinWait();
    }
  }

  private void close(Store store) {
    try {
      store.close();
    } catch (StoreFailedException e) {
      tell(e);
    }
    device.recover();
  }

  private void assertGets(Store store) {
    for (String line : content) {
      String[] parts = line.split("\t", -1);
      byte[] value = store.tree(parts[0]).get(HexFormat.of().parseHex(parts[1]));
      assertEquals(parts[2], value == null ? null : HexFormat.of().formatHex(value), parts[0]);
    }
  }

  private void assertWritten(Store store) {
    for (int i = 0; i < acknowledged; i++) {
      assertArrayEquals(VALUE, store.tree(WRITTEN).get(new byte[] {(byte) i}));
    }
  }

  /** The content of all trees, one entry per line: tree, key, value. */
  static List<String> content(Store store) {
    List<String> lines = new ArrayList<>();
    for (String name : store.treeNames()) {
      if (!name.equals(WRITTEN)) {
        try (Cursor cursor = store.tree(name).cursor()) {
          walk(name, cursor, true, lines);
        }
      }
    }
    return lines;
  }

  /** The same, by cursors that continue after the device has recovered. */
  private List<String> walk(Store store, boolean forward) {
    List<String> lines = new ArrayList<>();
    for (String name : store.treeNames()) {
      Tree tree = store.tree(name);
      int before = lines.size();
      try (Cursor cursor = tree.cursor()) {
        try {
          walk(name, cursor, forward, lines);
        } catch (StorageException e) {
          tell(e);
          boolean stays = cursor.isValid();
          assertEquals(isOfValue(e), stays, "the cursor is valid");
          device.recover();
          if (stays) {
            cursor.valueBytes();
          }
          lines.subList(before, lines.size()).clear();
          walk(name, cursor, forward, lines);
        }
      }
    }
    return lines;
  }

  /** Whether a value was asked for, not a move: operands are merged, and values found, then. */
  private static boolean isOfValue(Throwable e) {
    return Arrays.stream(e.getStackTrace()).anyMatch(f -> f.getMethodName().equals("valueBytes"));
  }

  private static void walk(String tree, Cursor cursor, boolean forward, List<String> lines) {
    int before = lines.size();
    boolean more = forward ? cursor.first() : cursor.last();
    while (more) {
      String key = HexFormat.of().formatHex(cursor.keyBytes());
      lines.add(tree + "\t" + key + "\t" + HexFormat.of().formatHex(cursor.valueBytes()));
      more = forward ? cursor.next() : cursor.prev();
    }
    if (!forward) {
      Collections.reverse(lines.subList(before, lines.size()));
    }
  }

  /** Notes a failure that a caller got; it must name the file and the position. */
  private void tell(FirnException e) {
    note(e);
    StorageException failure = device.failure();
    assertNotNull(failure, () -> "fails without a reason: " + e);
    String file = device.failedFile().toString();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains(file) && text.contains("position")) {
        return;
      }
    }
    throw new AssertionError("does not name " + file + " and a position: " + e, e);
  }

  private void note(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      told.add(String.valueOf(cause.getMessage()));
    }
  }

  private void assertNotSwallowed() {
    StorageException failure = device.failure();
    if (failure != null && !told.contains(failure.getMessage())) {
      // An obsolete segment is deleted whether it is readable or not.
      Path file = device.failedFile();
      assertEquals(
          "journal", StoreImage.kind(file.getFileName() + ""), () -> "not told: " + failure);
      assertFalse(disk.files().exists(file), () -> "not told: " + failure);
    }
  }
}
