package dev.firn.test.compare.store;

import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.workload.StoreAdapter;
import dev.firn.test.compare.workload.StoreSettings;
import java.nio.file.Path;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/**
 * The storage engine of H2, with a large cache. Unsynced writes are less safe than in the other
 * stores: those of the last second are in memory only, and are lost when the process dies.
 */
final class MvStoreAdapter implements StoreAdapter {

  private static final int CACHE_MEGABYTES = 2048;
  private static final int COMMIT_BUFFER_KILOBYTES = 64 << 10;

  private final Path folder;
  private final MVStore store;
  private final MVMap<byte[], byte[]> map;
  private final boolean synced;

  MvStoreAdapter(StoreSettings settings) {
    this.folder = settings.folder();
    this.synced = settings.synced();
    this.store =
        new MVStore.Builder()
            .fileName(folder.resolve("store.mv").toString())
            .cacheSize(CACHE_MEGABYTES)
            .autoCommitBufferSize(COMMIT_BUFFER_KILOBYTES)
            .open();
    this.map =
        store.openMap(
            "compare",
            new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
  }

  @Override
  public Client client(EntryMemory memory) {
    return new MvStoreClient(memory);
  }

  @Override
  public long settle() throws InterruptedException {
    store.commit();
    store.sync();
    return awaitQuiet(() -> LocalFiles.sizeOfTree(folder));
  }

  @Override
  public void close() {
    store.close();
  }

  private final class MvStoreClient extends ArrayClient {

    private @Nullable Cursor<byte[], byte[]> cursor;
    private boolean backwards;
    private byte @Nullable [] at;

    MvStoreClient(EntryMemory memory) {
      super(memory);
    }

    @Override
    public void put() {
      map.put(key(), value());
      if (synced) {
        store.commit();
        store.sync();
      }
    }

    @Override
    public void append() {
      map.append(key(), value());
    }

    @Override
    public void delete() {
      map.remove(key());
    }

    @Override
    public void addToBatch() {
      map.put(key(), value());
    }

    @Override
    public void writeBatch() {
      // Only a commit, which rewrites pages, makes several writes atomic.
    }

    @Override
    public int get() {
      return get(key());
    }

    @Override
    public int getMissing() {
      return get(missing());
    }

    private int get(byte[] key) {
      byte @Nullable [] found = map.get(key);
      return found == null ? ABSENT : found(found);
    }

    @Override
    public boolean seek() {
      backwards = false;
      return step(map.cursor(key()));
    }

    private boolean step(Cursor<byte[], byte[]> open) {
      cursor = open;
      at = open.hasNext() ? open.next() : null;
      return at != null;
    }

    private Cursor<byte[], byte[]> cursor() {
      Cursor<byte[], byte[]> open = cursor;
      if (open == null) {
        throw new IllegalStateException("no cursor");
      }
      return open;
    }

    @Override
    public boolean next() {
      return step(cursor());
    }

    @Override
    public boolean prev() {
      if (!backwards) {
        backwards = true;
        Cursor<byte[], byte[]> reverse = map.cursor(cursor().getKey(), null, true);
        reverse.next(); // the entry that the other cursor returned last
        return step(reverse);
      }
      return step(cursor());
    }

    @Override
    public boolean standsOn(Expected expected, long number) {
      byte[] key = at;
      return key != null && matches(key, cursor().getValue(), expected, number);
    }

    @Override
    public void closeCursor() {
      cursor = null;
    }

    @Override
    public void close() {}
  }
}
