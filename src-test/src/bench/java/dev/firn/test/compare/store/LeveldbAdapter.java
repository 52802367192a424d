package dev.firn.test.compare.store;

import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.workload.StoreAdapter;
import dev.firn.test.compare.workload.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.jspecify.annotations.Nullable;

/**
 * LevelDB written in Java, with a larger write buffer. Uncompressed: its only codec is another
 * library.
 */
final class LeveldbAdapter implements StoreAdapter {

  private static final int WRITE_BUFFER_BYTES = 64 << 20;

  private final Path folder;
  private final DB db;
  private final WriteOptions writeOptions;

  LeveldbAdapter(StoreSettings settings) {
    this.folder = settings.folder();
    this.writeOptions = new WriteOptions().sync(settings.synced());
    Options options =
        new Options()
            .createIfMissing(true)
            .compressionType(CompressionType.NONE)
            .writeBufferSize(WRITE_BUFFER_BYTES);
    try {
      this.db = Iq80DBFactory.factory.open(folder.toFile(), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Client client(EntryMemory memory) {
    return new LeveldbClient(memory);
  }

  @Override
  public long settle() throws InterruptedException {
    return awaitQuiet(() -> LocalFiles.sizeOfTree(folder));
  }

  @Override
  public void close() {
    closed(db);
  }

  private static void closed(AutoCloseable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private final class LeveldbClient extends ArrayClient {

    private @Nullable WriteBatch batch;
    private @Nullable DBIterator iterator;
    private Map.@Nullable Entry<byte[], byte[]> entry;
    private boolean backwards;

    LeveldbClient(EntryMemory memory) {
      super(memory);
    }

    @Override
    public void put() {
      db.put(key(), value(), writeOptions);
    }

    @Override
    public void delete() {
      db.delete(key(), writeOptions);
    }

    @Override
    public void addToBatch() {
      WriteBatch open = batch;
      if (open == null) {
        open = db.createWriteBatch();
        batch = open;
      }
      open.put(key(), value());
    }

    @Override
    public void writeBatch() {
      WriteBatch open = batch;
      if (open != null) {
        batch = null;
        db.write(open, writeOptions);
        closed(open);
      }
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
      byte @Nullable [] found = db.get(key);
      return found == null ? ABSENT : found(found);
    }

    private DBIterator iterator() {
      DBIterator open = iterator;
      if (open == null) {
        open = db.iterator();
        iterator = open;
      }
      return open;
    }

    @Override
    public boolean seek() {
      backwards = false;
      iterator().seek(key());
      return next();
    }

    @Override
    public boolean next() {
      DBIterator at = iterator();
      entry = at.hasNext() ? at.next() : null;
      return entry != null;
    }

    @Override
    public boolean prev() {
      DBIterator at = iterator();
      if (!backwards) {
        backwards = true;
        at.prev(); // the iterator is after the entry that it returned last
      }
      entry = at.hasPrev() ? at.prev() : null;
      return entry != null;
    }

    @Override
    public boolean standsOn(Expected expected, long number) {
      Map.Entry<byte[], byte[]> at = entry;
      return at != null && matches(at.getKey(), at.getValue(), expected, number);
    }

    @Override
    public void closeCursor() {
      DBIterator open = iterator;
      if (open != null) {
        iterator = null;
        closed(open);
      }
    }

    @Override
    public void close() {
      closeCursor();
    }
  }
}
