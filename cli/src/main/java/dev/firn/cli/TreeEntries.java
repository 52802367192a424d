package dev.firn.cli;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.MultiCursor;
import dev.firn.MultiTree;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a tree in their order; those of a multi tree are its pairs of a key and a value.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Holds a cursor until it is closed.
 */
sealed interface TreeEntries extends AutoCloseable {

  /**
   * The entries of a tree, which must exist.
   *
   * @param moment the moment to read; null for the present one
   */
  static TreeEntries of(Store store, String name, @Nullable Snapshot moment, KeyRange keys) {
    if (StoreArgument.isExistingMultiTree(store, name)) {
      MultiTree tree = store.multiTree(name);
      return new Pairs(moment == null ? tree.cursor(keys) : tree.at(moment).cursor(keys));
    }
    Tree tree = store.tree(name);
    return new Plain(moment == null ? tree.cursor(keys) : tree.at(moment).cursor(keys));
  }

  /** Moves to the first entry, or the last one; returns whether there is one. */
  boolean begin(boolean reverse);

  /** Moves to the next entry, or the previous one; returns whether there is one. */
  boolean step(boolean reverse);

  byte[] key();

  byte[] value();

  @Override
  void close();

  /** Entries of a plain tree. */
  record Plain(Cursor cursor) implements TreeEntries {

    @Override
    public boolean begin(boolean reverse) {
      return reverse ? cursor.last() : cursor.first();
    }

    @Override
    public boolean step(boolean reverse) {
      return reverse ? cursor.prev() : cursor.next();
    }

    @Override
    public byte[] key() {
      return cursor.keyBytes();
    }

    @Override
    public byte[] value() {
      return cursor.valueBytes();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  /** Pairs of a multi tree. */
  record Pairs(MultiCursor cursor) implements TreeEntries {

    @Override
    public boolean begin(boolean reverse) {
      return reverse ? cursor.last() : cursor.first();
    }

    @Override
    public boolean step(boolean reverse) {
      return reverse ? cursor.prev() : cursor.next();
    }

    @Override
    public byte[] key() {
      return cursor.keyBytes();
    }

    @Override
    public byte[] value() {
      return cursor.valueBytes();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
