package dev.firn.test.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.Tree;
import dev.firn.core.file.RealFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.InterceptedFileSystem;
import dev.firn.test.TinyOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads from the journal after a failed sync: the kernel marks the pages clean, drops them at any
 * time, and then shows the device's old content, without an error.
 */
final class LostWriteBackTest {

  private static final int HEADER_BYTES = 64;
  private static final byte[] KEY = {7};

  private final byte[] value = new byte[100];
  private boolean fails;

  @TempDir Path folder;

  private Store failedStore() {
    Arrays.fill(value, (byte) 9);
    Store store = StoreAccess.open(folder, TinyOptions.smallest(), new Failing());
    store.tree("t").put(KEY, value);
    fails = true;
    assertThrows(StoreFailedException.class, store::sync);
    return store;
  }

  /** Gives the journals the device's content, without the last writes. */
  private void losePages() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".journal")).toList()) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
          open.seek(HEADER_BYTES);
          open.write(new byte[(int) open.length() - HEADER_BYTES]);
        }
      }
    }
  }

  @Test
  void lostPages_giveNoWrongAnswer() throws Exception {
    Store store = failedStore();
    Tree tree = store.tree("t");
    losePages();
    CorruptionException e = assertThrows(CorruptionException.class, () -> tree.get(KEY));
    assertTrue(e.file().endsWith(".journal"), e.file());
    assertThrows(CorruptionException.class, () -> tree.get(KEY, new byte[100]));
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.first());
      assertThrows(CorruptionException.class, cursor::valueBytes);
      assertThrows(CorruptionException.class, cursor::value);
    }
    assertFalse(store.health().damage().isEmpty());
    assertThrows(StoreFailedException.class, store::close);
  }

  @Test
  void pagesInMemory_areReadCorrectly() throws Exception {
    Store store = failedStore();
    Tree tree = store.tree("t");
    assertArrayEquals(value, tree.get(KEY));
    losePages();
    assertArrayEquals(value, tree.get(KEY));
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.first());
      assertArrayEquals(value, cursor.value().toArray(ValueLayout.JAVA_BYTE));
      assertArrayEquals(value, cursor.valueBytes());
      assertFalse(cursor.next());
    }
    assertEquals(0, store.health().damage().size());
    assertThrows(StoreFailedException.class, store::close);
  }

  /** Fails syncs of journals on request. */
  private final class Failing extends InterceptedFileSystem {

    Failing() {
      super(new RealFileSystem());
    }

    @Override
    protected void sync(Path file, Runnable sync) {
      if (fails && file.toString().endsWith(".journal")) {
        throw new StorageException(file, "cannot be synced", null);
      }
      sync.run();
    }
  }
}
