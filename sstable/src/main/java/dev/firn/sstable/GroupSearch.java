package dev.firn.sstable;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyGroup;
import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Searches tables for the keys of a group, side by side.
 *
 * <p>A search goes from filter to index to block, and waits for memory at each of them. Searches
 * for different keys do not depend on each other, so each step is made for all keys before the next
 * one: a step prefetches the words that the next step reads, and the waits overlap. Blocks that are
 * likely to be on the device are asked for before the first of them is read, so that the device
 * reads them at the same time.
 *
 * <p><b>Threading.</b> Belongs to one thread. The caller holds the tables until {@link #clear}.
 */
public final class GroupSearch {

  /** In the place of a key. */
  public static final int NONE = -1;

  /** Count of blocks that are prefetched before the first look at the clock. */
  private static final int CLOCKED = 4;

  private final @Nullable Table[] tables = new @Nullable Table[KeyGroup.CAPACITY];
  private final long[] words = new long[KeyGroup.CAPACITY];
  private final int[] lines = new int[KeyGroup.CAPACITY];
  private final int[] blocks = new int[KeyGroup.CAPACITY];
  private final long[] starts = new long[KeyGroup.CAPACITY];
  private final DeviceWaits waits = new DeviceWaits();

  /** The keys to search for. */
  private int pending;

  /** The keys whose blocks are read in place, and were not asked for. */
  private int inPlace;

  private int current = NONE;

  /** No search. */
  public GroupSearch() {}

  /** Adds a search for a key of the group in a table. */
  public void add(int key, Table table) {
    tables[key] = table;
    pending |= 1 << key;
  }

  /** Removes all searches; afterwards no table is referred to. */
  public void clear() {
    Arrays.fill(tables, null);
    pending = 0;
    current = NONE;
  }

  /** The key that the last search failed for, or {@link #NONE}. */
  public int failedKey() {
    return current;
  }

  /**
   * Makes the searches, and removes them. A key is found if its table has an entry of it at or
   * below the group's trailer.
   *
   * @param filtered whether to consult the filters; if not, each table probably has its key
   */
  public void run(KeyGroup group, boolean filtered) {
    if (filtered) {
      filter(group);
    }
    findLines(group);
    findBlocks(group);
    prefetchBlocks();
    searchBlocks(group);
    waits.endGroup();
    pending = 0;
    current = NONE;
  }

  /** Ends the searches for keys that filters exclude. */
  private void filter(KeyGroup group) {
    long loaded = 0;
    for (int keys = pending; keys != 0; keys &= keys - 1) {
      loaded ^= table(first(keys)).prefetch(group.hash(current));
    }
    Prefetch.consume(loaded);
    int possible = 0;
    for (int keys = pending; keys != 0; keys &= keys - 1) {
      int key = first(keys);
      possible |= table(key).mayContain(group.hash(key)) ? 1 << key : 0;
    }
    pending = possible;
  }

  /** Finds the keys' lines in the indexes. */
  private void findLines(KeyGroup group) {
    MemorySegment memory = group.memory();
    for (int keys = pending; keys != 0; keys &= keys - 1) {
      int key = first(keys);
      TableIndex index = table(key).index();
      words[key] = index.word(memory, group.offset(key), group.length(key));
      lines[key] = index.line(words[key]);
    }
    long loaded = 0;
    for (int keys = pending; keys != 0; keys &= keys - 1) {
      int key = first(keys);
      loaded ^= table(key).index().prefetch(lines[key]);
    }
    Prefetch.consume(loaded);
  }

  private void findBlocks(KeyGroup group) {
    MemorySegment memory = group.memory();
    inPlace = 0;
    for (int keys = pending; keys != 0; keys &= keys - 1) {
      int key = first(keys);
      TableIndex index = table(key).index();
      int block =
          index.find(
              lines[key],
              words[key],
              memory,
              group.offset(key),
              group.length(key),
              group.trailer());
      blocks[key] = block;
      starts[key] = index.start(block);
      if (waits.areExpected() || !index.isAtHand(block)) {
        ask(key);
      } else if (index.isInPlace(block)) {
        inPlace |= 1 << key;
      }
    }
  }

  /** Starts to read the block of a key from the device. */
  private void ask(int key) {
    table(key).index().willNeed(blocks[key]);
  }

  /**
   * Loads the lines of all blocks that searches will read. If one of the first was on the device,
   * the others are asked for instead.
   */
  private void prefetchBlocks() {
    long start = System.nanoTime();
    int rest = prefetchBlocks(inPlace, CLOCKED);
    if (rest == 0) {
      return;
    }
    if (waits.isWait(System.nanoTime() - start)) {
      for (int keys = rest; keys != 0; keys &= keys - 1) {
        ask(first(keys));
      }
      return;
    }
    // No look at the clock meanwhile: it waits for all loads.
    prefetchBlocks(rest, KeyGroup.CAPACITY);
    waits.isWait(System.nanoTime() - start);
  }

  /**
   * Loads the first line of each block, then the others, which are on the same page: many pages
   * are searched for at the same time.
   *
   * @param count the count of blocks to load
   * @return the keys that are left
   */
  private int prefetchBlocks(int keys, int count) {
    long loaded = 0;
    int rest = keys;
    for (int i = 0; rest != 0 && i < count; rest &= rest - 1, i++) {
      int key = first(rest);
      loaded ^= table(key).index().prefetchLine(starts[key]);
    }
    for (int loading = keys & ~rest; loading != 0; loading &= loading - 1) {
      int key = first(loading);
      loaded ^= table(key).index().prefetchBlock(blocks[key]);
    }
    Prefetch.consume(loaded);
    return rest;
  }

  private void searchBlocks(KeyGroup group) {
    MemorySegment memory = group.memory();
    for (int keys = pending; keys != 0; keys &= keys - 1) {
      int key = first(keys);
      EntryRef entry = group.entry(key);
      if (table(key)
          .search(
              blocks[key], memory, group.offset(key), group.length(key), group.trailer(), entry)) {
        group.found(key);
      }
    }
  }

  /** The first key of a set, which becomes the current one. */
  private int first(int keys) {
    int key = Integer.numberOfTrailingZeros(keys);
    current = key;
    return key;
  }

  private Table table(int key) {
    return Objects.requireNonNull(tables[key]);
  }
}
