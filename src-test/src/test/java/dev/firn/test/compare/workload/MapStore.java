package dev.firn.test.compare.workload;

import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A sorted map that workloads run on; with a flaw, if one is wanted. */
final class MapStore implements StoreAdapter {

  /** What the store does wrong. */
  enum Flaw {
    NONE,
    IGNORES_DELETES,
    IGNORES_OVERWRITES,
    SKIPS_IN_SCANS,
    IGNORES_BATCHES,
    RETURNS_OTHER_VALUES
  }

  private final NavigableMap<byte[], byte[]> map =
      new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
  private final Map<ByteBuffer, Long> counters = new ConcurrentHashMap<>();
  private final ReentrantLock writer = new ReentrantLock();
  private final Flaw flaw;

  MapStore(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public Client client(EntryMemory memory) {
    return new MapClient(memory);
  }

  @Override
  public long settle() {
    return System.nanoTime();
  }

  @Override
  public void close() {}

  private final class MapClient implements Client {

    private final EntryMemory memory;
    private Map.@Nullable Entry<byte[], byte[]> at;

    MapClient(EntryMemory memory) {
      this.memory = memory;
    }

    private byte[] key() {
      return memory.key().memory().toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public EntryMemory memory() {
      return memory;
    }

    @Override
    public void put() {
      byte[] value = memory.value().toArray(ValueLayout.JAVA_BYTE);
      if (flaw == Flaw.IGNORES_OVERWRITES) {
        map.putIfAbsent(key(), value);
      } else {
        map.put(key(), value);
      }
    }

    @Override
    public void delete() {
      if (flaw != Flaw.IGNORES_DELETES) {
        map.remove(key());
      }
    }

    @Override
    public void addToBatch() {
      if (flaw != Flaw.IGNORES_BATCHES) {
        put();
      }
    }

    @Override
    public void writeBatch() {}

    @Override
    public boolean hasTransactions(boolean exclusive) {
      return true;
    }

    @Override
    public void begin(boolean exclusive) {
      writer.lock();
    }

    @Override
    public void putInTransaction() {
      addToBatch();
    }

    @Override
    public int getForUpdate() {
      return get();
    }

    @Override
    public boolean commit() {
      writer.unlock();
      return true;
    }

    @Override
    public boolean hasCounters() {
      return true;
    }

    @Override
    public void count() {
      if (flaw != Flaw.IGNORES_OVERWRITES) {
        counters.merge(ByteBuffer.wrap(key()), 1L, Long::sum);
      }
    }

    @Override
    public long counted() {
      return counters.getOrDefault(ByteBuffer.wrap(key()), 0L);
    }

    @Override
    public int get() {
      return get(key());
    }

    @Override
    public int getMissing() {
      return get(memory.missing().toArray(ValueLayout.JAVA_BYTE));
    }

    private int get(byte[] key) {
      byte[] value = map.get(key);
      if (value == null) {
        return ABSENT;
      }
      MemorySegment.copy(value, 0, memory.value(), ValueLayout.JAVA_BYTE, 0, value.length);
      if (flaw == Flaw.RETURNS_OTHER_VALUES) {
        memory.value().set(ValueLayout.JAVA_BYTE, value.length - 1, (byte) 0);
      }
      return value.length;
    }

    @Override
    public boolean seek() {
      at = map.ceilingEntry(key());
      return at != null;
    }

    private Map.Entry<byte[], byte[]> at() {
      Map.Entry<byte[], byte[]> entry = at;
      if (entry == null) {
        throw new IllegalStateException("no entry");
      }
      return entry;
    }

    @Override
    public boolean next() {
      at = map.higherEntry(at().getKey());
      if (flaw == Flaw.SKIPS_IN_SCANS && at != null) {
        at = map.higherEntry(at.getKey());
      }
      return at != null;
    }

    @Override
    public boolean prev() {
      at = map.lowerEntry(at().getKey());
      return at != null;
    }

    @Override
    public boolean standsOn(Expected expected, long number) {
      MemorySegment value = MemorySegment.ofArray(at().getValue());
      return Arrays.equals(at().getKey(), key())
          && expected.matches(number, value, value.byteSize());
    }

    @Override
    public void closeCursor() {
      at = null;
    }

    @Override
    public void close() {}
  }
}
