package dev.firn.test.isolation;

import dev.firn.test.isolation.Operation.Delete;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import dev.firn.test.isolation.TransactionRecord.Outcome;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All versions of a history, and which of its transactions committed. A transaction whose end was
 * not seen committed if another one that did has read from it.
 */
final class Versions {

  private final List<TransactionRecord> transactions;
  private final boolean[] committed;
  private final Map<Long, Version> byNumber = new HashMap<>();
  private final Map<Long, ItemVersions> byItem = new HashMap<>();
  private final long[] items;

  Versions(List<TransactionRecord> transactions) {
    this.transactions = transactions;
    this.committed = new boolean[transactions.size()];
    for (int i = 0; i < committed.length; i++) {
      collect(i);
    }
    findCommitted();
    for (Version version : byNumber.values()) {
      addToItem(version);
    }
    this.items = byItem.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private void collect(int transaction) {
    Map<Long, Version> own = new HashMap<>();
    for (Operation operation : transactions.get(transaction).operations()) {
      switch (operation) {
        case Put put -> collect(new Version(put.item(), put.version(), transaction, false), own);
        case Delete delete ->
            collect(new Version(delete.item(), delete.version(), transaction, true), own);
        case Get get -> itemVersions(get.item());
        case Scan scan -> scan.found().forEach(get -> itemVersions(get.item()));
      }
    }
  }

  private void collect(Version version, Map<Long, Version> own) {
    if (version.number <= Operation.ABSENT || byNumber.put(version.number, version) != null) {
      throw new IllegalArgumentException("version=" + version.number + ": not new");
    }
    itemVersions(version.item);
    Version earlier = own.put(version.item, version);
    if (earlier != null) {
      earlier.isIntermediate = true;
    }
  }

  private ItemVersions itemVersions(long item) {
    return byItem.computeIfAbsent(item, i -> new ItemVersions(i, transactions));
  }

  private void findCommitted() {
    Deque<Integer> unread = new ArrayDeque<>();
    for (int i = 0; i < committed.length; i++) {
      if (transactions.get(i).outcome() == Outcome.COMMITTED) {
        committed[i] = true;
        unread.add(i);
      }
    }
    if (transactions.stream().noneMatch(t -> t.outcome() == Outcome.UNKNOWN)) {
      return;
    }
    while (!unread.isEmpty()) {
      for (Operation operation : transactions.get(unread.remove()).operations()) {
        switch (operation) {
          case Get get -> findWriters(get, unread);
          case Scan scan -> scan.found().forEach(get -> findWriters(get, unread));
          case Put put -> {}
          case Delete delete -> {}
        }
      }
    }
  }

  private void findWriters(Get get, Deque<Integer> unread) {
    for (long number : get.trail()) {
      Version version = byNumber.get(number);
      if (version != null
          && !committed[version.writer]
          && transactions.get(version.writer).outcome() == Outcome.UNKNOWN) {
        committed[version.writer] = true;
        unread.add(version.writer);
      }
    }
  }

  private void addToItem(Version version) {
    ItemVersions item = itemVersions(version.item);
    if (committed[version.writer]) {
      item.add(version);
    } else if (version.isDelete && transactions.get(version.writer).outcome() == Outcome.UNKNOWN) {
      item.addUncertainDelete();
    }
  }

  boolean isCommitted(int transaction) {
    return committed[transaction];
  }

  /** A version by its number; null if no transaction wrote it. */
  @Nullable Version written(long number) {
    return byNumber.get(number);
  }

  /** The versions of an item that some operation names. */
  ItemVersions of(long item) {
    ItemVersions versions = byItem.get(item);
    if (versions == null) {
      throw new IllegalArgumentException("item=" + Item.text(item));
    }
    return versions;
  }

  Collection<ItemVersions> all() {
    return byItem.values();
  }

  /** The items of a range that some operation names, in order. */
  long[] items(long from, long to) {
    return Arrays.copyOfRange(items, index(from), Math.max(index(from), index(to)));
  }

  private int index(long item) {
    int index = Arrays.binarySearch(items, item);
    return index < 0 ? -1 - index : index;
  }
}
