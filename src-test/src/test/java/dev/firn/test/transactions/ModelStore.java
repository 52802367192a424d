package dev.firn.test.transactions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Optimistic transactions in memory, with one flaw if one is wanted: what the histories must find.
 *
 * <p><b>Threading.</b> Every access takes one lock.
 */
final class ModelStore implements TestStore {

  /** What the store does wrong. */
  enum Flaw {
    NONE,
    /** A commit does not check what the transaction wrote. */
    NO_WRITE_CHECK,
    /** A commit does not check the keys that the transaction read. */
    NO_READ_CHECK,
    /** A commit does not check the ranges that the transaction read. */
    NO_RANGE_CHECK,
    /** A commit checks for changes after its own begin, not after the snapshot. */
    CHECK_FROM_LATER,
    /** A commit checks, and takes effect some time later without a second check. */
    NO_SECOND_CHECK,
    /** Reads see what was committed after the transaction began. */
    NO_SNAPSHOT,
    /** Writes are seen before they are committed. */
    DIRTY,
    /** What was written after a savepoint stays. */
    KEEPS_UNDONE,
    /** A commit shows its writes in two halves. */
    TORN,
    /** One of many puts is lost. */
    LOSES_PUTS,
    /** A transaction sees the state of some time before its begin. */
    OLD_SNAPSHOT,
    /** Scans step over one of several entries. */
    SKIPS_IN_SCANS
  }

  private record Change(long sequence, byte @Nullable [] value) {}

  private final Flaw flaw;
  private final ReentrantLock exclusive = new ReentrantLock();
  private final NavigableMap<Long, List<Change>> items = new TreeMap<>();
  private long sequence = 1;
  private long puts;

  ModelStore(Flaw flaw) {
    this.flaw = flaw;
  }

  private synchronized void apply(Map<Long, byte @Nullable []> writes) {
    sequence++;
    writes.forEach(
        (item, value) -> {
          if (flaw != Flaw.LOSES_PUTS || ++puts % 500 != 0) {
            items.computeIfAbsent(item, i -> new ArrayList<>()).add(new Change(sequence, value));
          }
        });
  }

  private synchronized byte @Nullable [] get(long item, long snapshot) {
    List<Change> changes = items.getOrDefault(item, List.of());
    for (Change change : changes.reversed()) {
      if (change.sequence <= snapshot) {
        return change.value;
      }
    }
    return null;
  }

  private synchronized long sequence() {
    return sequence;
  }

  private synchronized Set<Long> items(long from, long to) {
    return Set.copyOf(items.subMap(from, to).keySet());
  }

  private synchronized boolean isChanged(long item, long since) {
    List<Change> changes = items.getOrDefault(item, List.of());
    return !changes.isEmpty() && changes.getLast().sequence > since;
  }

  @Override
  public void put(long item, byte[] value) {
    apply(Map.of(item, value));
  }

  @Override
  public void putAll(List<Entry> entries) {
    Map<Long, byte @Nullable []> writes = new HashMap<>();
    entries.forEach(entry -> writes.put(entry.item(), entry.value()));
    apply(writes);
  }

  @Override
  public byte @Nullable [] get(long item) {
    return get(item, Long.MAX_VALUE);
  }

  @Override
  public Running begin(Level level) {
    if (level == Level.EXCLUSIVE) {
      exclusive.lock();
    }
    return new ModelTransaction(level);
  }

  private record Range(long from, long to) {}

  private final class ModelTransaction implements Running {

    private final Level level;
    private final long snapshot;
    private final NavigableMap<Long, byte @Nullable []> own = new TreeMap<>();
    private final Set<Long> read = new HashSet<>();
    private final List<Range> ranges = new ArrayList<>();
    private final List<Range> written = new ArrayList<>();

    ModelTransaction(Level level) {
      this.level = level;
      this.snapshot =
          switch (flaw) {
            case NO_SNAPSHOT, DIRTY -> Long.MAX_VALUE;
            case OLD_SNAPSHOT -> Math.max(1, sequence() - 3);
            default -> sequence();
          };
    }

    @Override
    public byte @Nullable [] get(long item) {
      read.add(item);
      return own.containsKey(item) ? own.get(item) : ModelStore.this.get(item, snapshot);
    }

    @Override
    public byte @Nullable [] getForUpdate(long item) {
      written.add(new Range(item, item + 1));
      return get(item);
    }

    @Override
    public void put(long item, byte[] value) {
      own.put(item, value);
      if (flaw == Flaw.DIRTY) {
        apply(Map.of(item, value));
      }
    }

    @Override
    public void delete(long item) {
      own.put(item, null);
    }

    @Override
    public void deleteRange(long from, long to) {
      written.add(new Range(from, to));
      own.subMap(from, to).clear();
      items(from, to).forEach(item -> own.put(item, null));
    }

    @Override
    public List<Entry> scan(long from, long to, boolean forward) {
      ranges.add(new Range(from, to));
      Set<Long> candidates = new HashSet<>(items(from, to));
      candidates.addAll(own.subMap(from, to).keySet());
      List<Entry> found = new ArrayList<>();
      for (long item : candidates.stream().sorted().toList()) {
        byte[] value = own.containsKey(item) ? own.get(item) : ModelStore.this.get(item, snapshot);
        if (value != null) {
          found.add(new Entry(item, value));
        }
      }
      if (flaw == Flaw.SKIPS_IN_SCANS && found.size() > 8) {
        found.remove(4);
      }
      return forward ? found : found.reversed();
    }

    @Override
    public Object savepoint() {
      return new TreeMap<>(own);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void rollbackTo(Object savepoint) {
      if (flaw != Flaw.KEEPS_UNDONE) {
        own.clear();
        own.putAll((Map<Long, byte[]>) savepoint);
      }
    }

    @Override
    public void commit(boolean synced) throws RefusedException {
      if (flaw == Flaw.NO_SECOND_CHECK) {
        check();
        Thread.yield();
        finish();
        return;
      }
      synchronized (ModelStore.this) {
        check();
        if (flaw != Flaw.TORN || own.size() < 2) {
          finish();
          return;
        }
      }
      apply(new TreeMap<>(own.headMap(own.lastKey(), false)));
      Thread.yield();
      apply(new TreeMap<>(own.tailMap(own.lastKey(), true)));
    }

    private void finish() {
      if (!own.isEmpty()) {
        apply(new TreeMap<>(own));
      }
    }

    private void check() throws RefusedException {
      long since = flaw == Flaw.CHECK_FROM_LATER ? sequence() - 1 : snapshot;
      boolean conflict = false;
      if (flaw != Flaw.NO_WRITE_CHECK) {
        conflict = own.keySet().stream().anyMatch(item -> isChanged(item, since));
        conflict |= isAnyChanged(written, since);
      }
      if (level == Level.SERIALIZABLE || level == Level.EXCLUSIVE) {
        conflict |=
            flaw != Flaw.NO_READ_CHECK && read.stream().anyMatch(item -> isChanged(item, since));
        conflict |= flaw != Flaw.NO_RANGE_CHECK && isAnyChanged(ranges, since);
      }
      if (conflict && !own.isEmpty()) {
        throw new RefusedException(null);
      }
    }

    private boolean isAnyChanged(List<Range> checked, long since) {
      return checked.stream()
          .flatMap(range -> items(range.from, range.to).stream())
          .anyMatch(item -> isChanged(item, since));
    }

    @Override
    public void close() {
      if (level == Level.EXCLUSIVE && exclusive.isHeldByCurrentThread()) {
        exclusive.unlock();
      }
    }
  }
}
