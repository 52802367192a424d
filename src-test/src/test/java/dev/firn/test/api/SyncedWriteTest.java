package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.InterceptedFileSystem;
import dev.firn.test.MemoryDisk;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A synced commit is written to the journal by the path whose sync is cheap; any other commit is
 * stored into the mapping.
 */
final class SyncedWriteTest {

  private static final byte[] KEY = {1};
  private static final byte[] VALUE = new byte[100];

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final AtomicInteger writesForSync = new AtomicInteger();

  @Test
  void synced_eachCommitIsWrittenToBeSynced() {
    try (Store store = new MemoryDisk(files, new Counting()).open(StoreOptions.defaults())) {
      Tree tree = store.tree("t");
      writesForSync.set(0);
      tree.put(KEY, VALUE, Durability.SYNCED);
      tree.delete(KEY, Durability.SYNCED);
      WriteBatch batch = new WriteBatch();
      batch.put(tree, KEY, VALUE);
      batch.put(tree, VALUE, KEY);
      store.write(batch, Durability.SYNCED);
      assertEquals(3, writesForSync.get());
    }
  }

  @Test
  void buffered_noCommitIsWrittenToBeSynced() {
    try (Store store = new MemoryDisk(files, new Counting()).open(StoreOptions.defaults())) {
      Tree tree = store.tree("t");
      writesForSync.set(0);
      tree.put(KEY, VALUE);
      tree.delete(KEY);
      store.sync();
      assertEquals(0, writesForSync.get());
    }
  }

  private final class Counting extends InterceptedFileSystem {

    Counting() {
      super(files);
    }

    @Override
    protected void writeForSync(Path file, long position, Runnable write) {
      writesForSync.incrementAndGet();
      super.writeForSync(file, position, write);
    }
  }
}
