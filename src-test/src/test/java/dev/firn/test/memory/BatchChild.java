package dev.firn.test.memory;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Processes for a batch that is larger than the memory of the process that recovers it. */
final class BatchChild {

  static final int ENTRIES = 300_000;

  private BatchChild() {}

  private static byte[] key(int i) {
    return ByteBuffer.allocate(16).putLong(i * 0x9e3779b97f4a7c15L).putInt(i).array();
  }

  /** Arguments: write or read, and the store's folder. */
  public static void main(String[] args) {
    Store store = Store.open(Path.of(args[1]));
    Tree tree = store.tree("t");
    if (args[0].equals("write")) {
      WriteBatch batch = new WriteBatch();
      for (int i = 0; i < ENTRIES; i++) {
        batch.put(tree, key(i), new byte[60]);
      }
      store.write(batch);
      Runtime.getRuntime().halt(0);
    }
    int found = 0;
    try (Cursor cursor = tree.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        found++;
      }
    }
    tree.put(new byte[1], new byte[5 << 20]);
    store.flush();
    store.close();
    if (found != ENTRIES) {
      throw new AssertionError("entries: " + found);
    }
  }
}
