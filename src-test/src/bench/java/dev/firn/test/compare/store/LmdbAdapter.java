package dev.firn.test.compare.store;

import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.workload.StoreAdapter;
import dev.firn.test.compare.workload.StoreSettings;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.PutFlags;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/**
 * LMDB with the fastest of its buffer proxies, without the checks of its Java side, with renewed
 * read transactions. Writes go to the map, unsynced by default; each is a transaction, so that
 * other threads, and the next process, see it when the call returns.
 */
final class LmdbAdapter implements StoreAdapter {

  private static final int PAGE_FILL = 6;
  private static final long MIN_MAP_BYTES = 4L << 30;
  private static final int MAX_READERS = 64;
  private static final EnvFlags[] SYNCED = {};
  private static final EnvFlags[] UNSYNCED = {
    EnvFlags.MDB_WRITEMAP, EnvFlags.MDB_MAPASYNC, EnvFlags.MDB_NOSYNC
  };

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> dbi;

  LmdbAdapter(StoreSettings settings) {
    this.env =
        Env.create(ByteBufferProxy.PROXY_OPTIMAL)
            .setMapSize(MIN_MAP_BYTES + PAGE_FILL * settings.userBytes())
            .setMaxReaders(MAX_READERS)
            .open(settings.folder().toFile(), settings.synced() ? SYNCED : UNSYNCED);
    this.dbi = env.openDbi((byte[]) null, DbiFlags.MDB_CREATE);
  }

  @Override
  public Client client(EntryMemory memory) {
    return new LmdbClient(memory);
  }

  @Override
  public long settle() {
    env.sync(true);
    return System.nanoTime();
  }

  @Override
  public void close() {
    env.close();
  }

  private final class LmdbClient implements Client {

    private final EntryMemory memory;
    private final BenchKey key;
    private final ByteBuffer keyBuffer;
    private final ByteBuffer missingBuffer;
    private final ByteBuffer valueBuffer;
    private final Txn<ByteBuffer> read;
    private @Nullable Txn<ByteBuffer> batch;
    private @Nullable Cursor<ByteBuffer> cursor;

    LmdbClient(EntryMemory memory) {
      this.memory = memory;
      this.key = memory.key();
      this.keyBuffer = key.memory().asByteBuffer();
      this.missingBuffer = memory.missing().asByteBuffer();
      this.valueBuffer = memory.value().asByteBuffer();
      this.read = env.txnRead();
      read.reset();
    }

    @Override
    public EntryMemory memory() {
      return memory;
    }

    @Override
    public void put() {
      try (Txn<ByteBuffer> write = env.txnWrite()) {
        dbi.put(write, keyBuffer, valueBuffer);
        write.commit();
      }
    }

    @Override
    public void append() {
      try (Txn<ByteBuffer> write = env.txnWrite()) {
        dbi.put(write, keyBuffer, valueBuffer, PutFlags.MDB_APPEND);
        write.commit();
      }
    }

    @Override
    public void delete() {
      try (Txn<ByteBuffer> write = env.txnWrite()) {
        dbi.delete(write, keyBuffer);
        write.commit();
      }
    }

    @Override
    public void deleteRange(long from, long to) {
      try (Txn<ByteBuffer> write = env.txnWrite()) {
        for (long number = from; number < to; number++) {
          key.set(number);
          dbi.delete(write, keyBuffer);
        }
        write.commit();
      }
    }

    @Override
    public void addToBatch() {
      Txn<ByteBuffer> open = batch;
      if (open == null) {
        open = env.txnWrite();
        batch = open;
      }
      dbi.put(open, keyBuffer, valueBuffer);
    }

    @Override
    public void writeBatch() {
      Txn<ByteBuffer> open = batch;
      if (open != null) {
        batch = null;
        open.commit();
        open.close();
      }
    }

    @Override
    public boolean hasTransactions(boolean exclusive) {
      return exclusive;
    }

    @Override
    public void begin(boolean exclusive) {
      batch = env.txnWrite();
    }

    @Override
    public void putInTransaction() {
      addToBatch();
    }

    @Override
    public boolean commit() {
      writeBatch();
      return true;
    }

    @Override
    public int get() {
      return get(keyBuffer);
    }

    @Override
    public boolean read(Expected expected, long number) {
      read.renew();
      ByteBuffer found = dbi.get(read, keyBuffer);
      boolean right = found != null && expected.matches(number, found);
      read.reset();
      return right;
    }

    /** In one transaction. */
    @Override
    public boolean getAll(long[] numbers, Expected expected) {
      boolean right = true;
      read.renew();
      for (long number : numbers) {
        key.set(number);
        ByteBuffer found = dbi.get(read, keyBuffer);
        right &= found != null && expected.matches(number, memory.value(), copy(found));
      }
      read.reset();
      return right;
    }

    @Override
    public int getMissing() {
      return get(missingBuffer);
    }

    private int get(ByteBuffer key) {
      read.renew();
      ByteBuffer found = dbi.get(read, key);
      int length = found == null ? ABSENT : copy(found);
      read.reset();
      return length;
    }

    /** A value is valid as long as its transaction: a program that keeps it makes a copy. */
    private int copy(ByteBuffer found) {
      int length = found.remaining();
      if (length <= valueBuffer.capacity()) {
        valueBuffer.put(0, found, 0, length);
      }
      return length;
    }

    @Override
    public boolean seek() {
      Cursor<ByteBuffer> open = cursor;
      if (open == null) {
        read.renew();
        open = dbi.openCursor(read);
        cursor = open;
      }
      return open.get(keyBuffer, GetOp.MDB_SET_RANGE);
    }

    private Cursor<ByteBuffer> cursor() {
      Cursor<ByteBuffer> open = cursor;
      if (open == null) {
        throw new IllegalStateException("no cursor");
      }
      return open;
    }

    @Override
    public boolean next() {
      return cursor().seek(SeekOp.MDB_NEXT);
    }

    @Override
    public boolean prev() {
      return cursor().seek(SeekOp.MDB_PREV);
    }

    @Override
    public boolean standsOn(Expected expected, long number) {
      Cursor<ByteBuffer> at = cursor();
      return key.matches(at.key()) && expected.matches(number, at.val());
    }

    @Override
    public void closeCursor() {
      Cursor<ByteBuffer> open = cursor;
      if (open != null) {
        cursor = null;
        open.close();
        read.reset();
      }
    }

    @Override
    public void close() {
      closeCursor();
      read.close();
    }
  }
}
