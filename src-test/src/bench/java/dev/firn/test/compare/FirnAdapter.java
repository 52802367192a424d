package dev.firn.test.compare;

import dev.firn.Compression;
import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.StoreStats;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.cli.bench.BenchKey;
import dev.firn.cli.console.LocalFiles;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Firn, with its default options but for the compression. */
final class FirnAdapter implements StoreAdapter {

  private final Store store;
  private final Tree tree;
  private final Durability durability;

  FirnAdapter(Path folder, boolean synced, Compression compression) {
    this.store = Store.open(folder, StoreOptions.builder().compression(compression).build());
    this.tree = store.tree("compare");
    this.durability = synced ? Durability.SYNCED : Durability.BUFFERED;
  }

  @Override
  public Client client(EntryMemory memory) {
    return new FirnClient(memory);
  }

  @Override
  public long settle() throws InterruptedException {
    store.flush();
    return Quiet.await(this::activity);
  }

  /** Changes with every step of a flush or merge. */
  private Object activity() {
    StoreStats stats = store.stats();
    return new Activity(
        LocalFiles.sizeOfTree(store.directory()),
        stats.memory().frozenMemTables(),
        stats.flushes().count(),
        stats.compactions().count());
  }

  private record Activity(long diskBytes, int frozen, long flushes, long compactions) {}

  @Override
  public long mergedBytes() {
    StoreStats stats = store.stats();
    return stats.flushes().bytesWritten() + stats.compactions().bytesWritten();
  }

  @Override
  public long diskBytes() {
    return LocalFiles.sizeOfTree(store.directory());
  }

  @Override
  public long tableBytes() {
    return store.stats().tables().bytes();
  }

  @Override
  public void close() {
    store.close();
  }

  private final class FirnClient implements Client {

    private final BenchKey key;
    private final MemorySegment missing;
    private final MemorySegment value;
    private final WriteBatch batch = new WriteBatch();
    private @Nullable Cursor cursor;

    FirnClient(EntryMemory memory) {
      this.key = memory.key();
      this.missing = memory.missing();
      this.value = memory.value();
    }

    @Override
    public void put() {
      tree.put(key.memory(), value, durability);
    }

    @Override
    public void addToBatch() {
      batch.put(tree, key.memory(), value);
    }

    @Override
    public void writeBatch() {
      store.write(batch, durability);
      batch.clear();
    }

    @Override
    public int get() {
      return (int) tree.get(key.memory(), value);
    }

    @Override
    public int getMissing() {
      return (int) tree.get(missing, value);
    }

    @Override
    public boolean seek() {
      Cursor open = cursor;
      if (open == null) {
        open = tree.cursor();
        cursor = open;
      }
      return open.seek(key.memory());
    }

    private Cursor cursor() {
      Cursor open = cursor;
      if (open == null) {
        throw new IllegalStateException("no cursor");
      }
      return open;
    }

    @Override
    public boolean next() {
      return cursor().next();
    }

    @Override
    public boolean prev() {
      return cursor().prev();
    }

    @Override
    public boolean standsOn(Expected expected, long number) {
      Cursor at = cursor();
      return key.matches(at.key(), at.keyLength())
          && expected.matches(number, at.valueMemory(), at.valueOffset(), at.valueLength());
    }

    @Override
    public void closeCursor() {
      Cursor open = cursor;
      if (open != null) {
        cursor = null;
        open.close();
      }
    }

    @Override
    public void close() {
      closeCursor();
    }
  }
}
