package dev.firn.test.isolation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an item that were committed, and their order.
 *
 * <p>Versions that follow each other immediately form a <i>chain</i>: a transaction that read a
 * version and then wrote the next one, or a list that holds all. A write without a read begins a
 * chain. No version lies within a chain, so one chain precedes another as a whole: it does if a
 * transaction of it had ended when one of the other began.
 */
final class ItemVersions {

  private final List<TransactionRecord> transactions;
  private final Version initial;
  private final List<Version> written = new ArrayList<>();
  private boolean hasDelete;
  private boolean hasUncertainDelete;

  ItemVersions(long item, List<TransactionRecord> transactions) {
    this.transactions = transactions;
    this.initial = new Version(item, Operation.ABSENT, Version.NONE, true);
  }

  Version initial() {
    return initial;
  }

  void add(Version version) {
    written.add(version);
    hasDelete |= version.isDelete;
  }

  /** The item may have been deleted by a transaction of which it is not known whether it did. */
  void addUncertainDelete() {
    hasUncertainDelete = true;
  }

  /** Whether an absent key can only be the initial version. */
  boolean isAbsentInitially() {
    return !hasDelete && !hasUncertainDelete;
  }

  List<Version> written() {
    return written;
  }

  /** A chain and when it was there for certain. */
  private record Chain(Version first, Version last, long from, long to) {}

  /** Puts the chains in order, as far as the times of their transactions tell. */
  void orderChains() {
    List<Chain> chains = new ArrayList<>();
    for (Version version : written) {
      if (version.previous == null) {
        chains.add(chain(version));
      }
    }
    chains.sort(Comparator.comparingLong(Chain::from));
    List<Chain> byEnd = new ArrayList<>(chains);
    byEnd.sort(Comparator.comparingLong(Chain::to));
    Version oldest = chain(initial).last;
    List<Chain> before = new ArrayList<>();
    int ended = 0;
    for (Chain chain : chains) {
      // Of the chains that had ended, those that precede another one of them are left out.
      while (byEnd.get(ended).to < chain.from) {
        Chain next = byEnd.get(ended++);
        before.removeIf(other -> other.to < next.from);
        before.add(next);
      }
      before.forEach(other -> other.last.followers.add(chain.first));
      if (before.isEmpty()) {
        oldest.followers.add(chain.first);
      }
    }
  }

  private Chain chain(Version first) {
    long latestBegin = Long.MIN_VALUE;
    long earliestEnd = Long.MAX_VALUE;
    Version last = first;
    for (Version at = first; at != null; at = at.next) {
      last = at;
      if (at.writer != Version.NONE) {
        latestBegin = Math.max(latestBegin, transactions.get(at.writer).begin());
        earliestEnd = Math.min(earliestEnd, transactions.get(at.writer).end());
      }
    }
    return new Chain(first, last, latestBegin, Math.max(latestBegin, earliestEnd));
  }

  /** The version that a transaction read which did not find the key; null if that is not known. */
  @Nullable Version absent(int reader) {
    if (hasUncertainDelete) {
      return null;
    }
    if (!hasDelete) {
      return initial;
    }
    @Nullable Version only = isPossible(initial, reader) ? initial : null;
    boolean found = only != null;
    for (Version version : written) {
      if (version.isDelete && isPossible(version, reader)) {
        only = found ? null : version;
        if (found) {
          return null;
        }
        found = true;
      }
    }
    // Where none is possible, the initial one shows it: it was overwritten before the read.
    return found ? only : initial;
  }

  private boolean isPossible(Version version, int reader) {
    TransactionRecord read = transactions.get(reader);
    if (version.writer == reader || version.isIntermediate) {
      return false;
    }
    if (version.writer != Version.NONE && transactions.get(version.writer).begin() > read.end()) {
      return false;
    }
    for (Version next : version.successors()) {
      if (transactions.get(next.writer).end() < read.begin()) {
        return false;
      }
    }
    return true;
  }
}
