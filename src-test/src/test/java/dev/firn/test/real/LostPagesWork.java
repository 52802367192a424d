package dev.firn.test.real;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.error.FirnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Uses a store that loses pages in every way: reads, writes, flushes and checks. A
 * {@code FirnException} is counted; any other exception and a wrong answer are thrown.
 *
 * <p><b>Threading.</b> One writer and any number of others.
 */
final class LostPagesWork {

  private static final int KEYS = 300;
  private static final int PUTS = 300;
  private static final int STEPS = 40;

  private final Store store;
  private final Tree tree;
  private final Path folder;

  /** The last acknowledged version of each key, and the last begun. */
  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(KEYS);

  private final AtomicIntegerArray begun = new AtomicIntegerArray(KEYS);
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable FirnException lastFailure;

  LostPagesWork(Store store, Path folder) {
    this.store = store;
    this.tree = store.tree("t");
    this.folder = folder;
  }

  long failures() {
    return failures.get();
  }

  @Nullable FirnException lastFailure() {
    return lastFailure;
  }

  /** Gives every key a value, most of them in tables. */
  void fill(Random random) {
    for (int key = 0; key < KEYS; key++) {
      put(key, Durability.BUFFERED);
    }
    for (int i = 0; i < PUTS; i++) {
      put(random.nextInt(KEYS), Durability.BUFFERED);
    }
    store.flush();
    for (int i = 0; i < PUTS; i++) {
      put(random.nextInt(KEYS), Durability.BUFFERED);
    }
  }

  private void put(int key, Durability durability) {
    int version = acknowledged.get(key) + 1;
    begun.set(key, version);
    tree.put(bytes(key), LostPagesValue.of(key, version), durability);
    acknowledged.set(key, version);
  }

  void write(Random random) throws InterruptedException {
    try {
      put(random.nextInt(KEYS), random.nextInt(20) == 0 ? Durability.SYNCED : Durability.BUFFERED);
    } catch (FirnException e) {
      note(e);
      Thread.sleep(5);
    }
  }

  void keepHouse(Random random) throws InterruptedException {
    Thread.sleep(random.nextInt(10));
    try {
      switch (random.nextInt(5)) {
        case 0 -> store.flush();
        case 1 -> store.compact();
        case 2 -> store.scrub();
        case 3 -> store.sync();
        default -> {
          var damage = store.verify().damage();
          if (damage != null) {
            note(damage);
          }
        }
      }
    } catch (FirnException e) {
      note(e);
    }
  }

  void read(Random random) {
    int key = random.nextInt(KEYS);
    try {
      switch (random.nextInt(8)) {
        case 0, 1 -> get(key);
        case 2 -> getInto(key);
        case 3 -> getIntoNative(key);
        case 4 -> contains(key);
        case 5 -> scan(key, true, false);
        case 6 -> scan(key, false, true);
        default -> scan(key, random.nextBoolean(), true);
      }
    } catch (FirnException e) {
      note(e);
    }
  }

  private void get(int key) {
    int min = acknowledged.get(key);
    byte[] value = tree.get(bytes(key));
    if (value == null) {
      throw new AssertionError("key " + key + " is not there");
    }
    check(key, min, value);
  }

  private void getInto(int key) {
    int min = acknowledged.get(key);
    byte[] target = new byte[LostPagesValue.MAX_BYTES];
    long length = tree.get(bytes(key), target);
    check(key, min, copyOf(MemorySegment.ofArray(target), length));
  }

  private void getIntoNative(int key) {
    int min = acknowledged.get(key);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(LostPagesValue.MAX_BYTES);
      long length = tree.get(MemorySegment.ofArray(bytes(key)), target);
      check(key, min, copyOf(target, length));
    }
  }

  private void contains(int key) {
    if (!tree.contains(bytes(key))) {
      throw new AssertionError("key " + key + " is not there");
    }
  }

  /** Walks over some keys, none of which may be missing. */
  private void scan(int start, boolean forward, boolean copies) {
    int[] min = new int[KEYS];
    for (int i = 0; i < KEYS; i++) {
      min[i] = acknowledged.get(i);
    }
    try (Cursor cursor = tree.cursor();
        Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(LostPagesValue.MAX_BYTES);
      int key = start;
      boolean more = cursor.seek(bytes(start));
      for (int i = 0; i < STEPS && key >= 0 && key < KEYS; i++) {
        if (!more || !key(cursor).equals(text(key))) {
          throw new AssertionError("a scan misses " + key + ", finds " + (more ? key(cursor) : ""));
        }
        byte[] value = copies ? copyOf(target, cursor.copyValue(target)) : cursor.valueBytes();
        check(key, min[key], value);
        more = forward ? cursor.next() : cursor.prev();
        key += forward ? 1 : -1;
      }
    }
  }

  private static String key(Cursor cursor) {
    return new String(cursor.keyBytes(), StandardCharsets.US_ASCII);
  }

  private void check(int key, int min, byte[] value) {
    int version = LostPagesValue.version(key, value);
    if (version < min || version > begun.get(key)) {
      throw new AssertionError(
          "key %d: version %d, should be from %d".formatted(key, version, min));
    }
  }

  /** A failure must name the file. */
  private void note(FirnException e) {
    failures.incrementAndGet();
    lastFailure = e;
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof FirnException && String.valueOf(t.getMessage()).contains(folder + "/")) {
        return;
      }
    }
    throw new AssertionError("names no file: " + e, e);
  }

  private static byte[] copyOf(MemorySegment memory, long length) {
    if (length < 0 || length > memory.byteSize()) {
      throw new AssertionError("a value of " + length + " bytes");
    }
    return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static String text(int key) {
    return "key%06d".formatted(key);
  }

  private static byte[] bytes(int key) {
    return text(key).getBytes(StandardCharsets.US_ASCII);
  }
}
