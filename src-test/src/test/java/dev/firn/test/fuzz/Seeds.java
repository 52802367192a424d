package dev.firn.test.fuzz;

import dev.firn.Compression;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Stores to begin with: without and with compression, with tables and a journal. */
final class Seeds {

  static final List<StoreImage> IMAGES = List.of(make(Compression.NONE), make(Compression.LZ4));

  private Seeds() {}

  private static StoreImage make(Compression compression) {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(Hostile.options().withCompression(compression))) {
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

  /** One of the files of a kind, by a number that a fuzzer chose. */
  static String file(StoreImage image, String kind, int choice) {
    List<String> files =
        image.names().stream().filter(name -> StoreImage.kind(name).equals(kind)).toList();
    return files.get(choice % files.size());
  }
}
