package dev.firn.test.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.Compression;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.MergeOperator;
import dev.firn.MultiTree;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.WriteBatch;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first stores: without and with compression, with tables and a journal; a varied one; and one
 * with range tombstones, multi trees and options of trees.
 */
final class Seeds {

  private static final TreeOptions COUNTING =
      TreeOptions.builder().mergeOperator(MergeOperator.counter()).build();

  static final List<StoreImage> IMAGES =
      List.of(make(Compression.NONE), make(Compression.LZ4), makeVaried(), makeRanges());

  private Seeds() {}

  private static StoreImage make(Compression compression) {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(Hostile.options().toBuilder().compression(compression).build())) {
      fill(store, 60);
      store.compact();
      fill(store, 20);
      return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
    }
  }

  private static void fill(Store store, int entries) {
    Tree tree = store.tree("t");
    Tree other = store.tree("other");
    for (int i = 0; i < entries; i++) {
      byte[] key = ("key" + i * 7 % 50).getBytes(StandardCharsets.US_ASCII);
      if (i % 6 == 5) {
        tree.delete(key);
      } else {
        tree.put(key, new byte[i % 40]);
        other.put(new byte[] {(byte) i}, key);
      }
    }
  }

  /** Several trees, one dropped; versions of keys, long shared prefixes, values of many lengths. */
  private static StoreImage makeVaried() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store =
        disk.open(Hostile.options().toBuilder().compression(Compression.LZ4).build())) {
      store.tree("gone").put(new byte[1], new byte[1]);
      store.dropTree("gone");
      fillVaried(store, 0);
      store.flush();
      List<Snapshot> held = new ArrayList<>();
      for (int round = 1; round <= 4; round++) {
        held.add(store.snapshot());
        fillVaried(store, round);
      }
      store.compact();
      held.forEach(Snapshot::close);
      fillVaried(store, 5);
      store.sync();
      return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
    }
  }

  private static void fillVaried(Store store, int round) {
    Tree paths = store.tree("paths");
    Tree numbers = store.tree("numbers\u00e9");
    Tree sums = store.tree("sums", COUNTING);
    String prefix = "a/rather/long/path/that/all/keys/have/in/common/";
    WriteBatch batch = new WriteBatch();
    for (int i = 0; i < 12; i++) {
      byte[] key = (prefix + i % 3 + "/" + i).getBytes(StandardCharsets.US_ASCII);
      batch.put(paths, key, new byte[i * i * (round % 2)]);
      byte[] number = {(byte) -i, 0, (byte) round};
      if (i % 3 == 0) {
        numbers.put(number, "text ".repeat(i).getBytes(UTF_8), Duration.ofDays(1_000_000));
      } else {
        numbers.put(number, "text ".repeat(i).getBytes(UTF_8));
      }
    }
    for (int i = 0; i < 5; i++) {
      batch.merge(sums, new byte[] {(byte) (i % (round + 1))}, MergeOperator.ofLong(i));
    }
    batch.delete(paths, (prefix + round).getBytes(StandardCharsets.US_ASCII));
    batch.put(numbers, new byte[0], new byte[round == 5 ? 3000 : 1]);
    store.write(batch, round % 2 == 0 ? Durability.SYNCED : Durability.BUFFERED);
    numbers.delete(new byte[] {(byte) -round, 0, 0});
  }

  /** Range tombstones that overlap, in tables of some levels and in the journal. */
  private static StoreImage makeRanges() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(Hostile.options())) {
      Tree plain = store.tree("ranges", TreeOptions.builder().minValueFileBytes(512).build());
      MultiTree multi = store.multiTree("multi");
      List<Snapshot> held = new ArrayList<>();
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 30; i++) {
          plain.put(new byte[] {(byte) (7 * i), (byte) round}, new byte[i]);
          multi.add(new byte[] {(byte) (i % 4), 0}, new byte[] {(byte) round, (byte) i});
        }
        held.add(store.snapshot());
        plain.deleteRange(KeyRange.closedOpen(new byte[] {(byte) (20 * round)}, new byte[] {120}));
        plain.deleteRange(KeyRange.atLeast(new byte[] {(byte) (255 - round)}));
        multi.removeAll(new byte[] {(byte) (round % 4), 0});
        if (round == 2) {
          store.compact();
        } else if (round < 4) {
          store.flush();
        }
      }
      held.forEach(Snapshot::close);
      store.sync();
      return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
    }
  }

  static StoreImage image(ByteBuffer input) {
    return IMAGES.get((input.get() & 0xff) % IMAGES.size());
  }

  static List<byte[]> patches() {
    List<byte[]> inputs = new ArrayList<>();
    for (int image = 0; image < IMAGES.size(); image++) {
      for (int file = 0; file < 8; file++) {
        inputs.add(new byte[] {(byte) image, (byte) file, 0, 64, 0, 1});
      }
    }
    return inputs;
  }

  /** The file of a kind that a fuzzer chose by number. */
  static String file(StoreImage image, String kind, int choice) {
    List<String> files =
        image.names().stream().filter(name -> StoreImage.kind(name).equals(kind)).toList();
    return files.get(choice % files.size());
  }
}
