package dev.firn.test.isolation;

/** A key of a tree as one number; items of a tree are ordered as its keys. */
public final class Item {

  private static final int KEY_BITS = 48;

  private Item() {}

  public static long of(int tree, long key) {
    return ((long) tree << KEY_BITS) + key;
  }

  public static int tree(long item) {
    return (int) (item >>> KEY_BITS);
  }

  public static long key(long item) {
    return item & ((1L << KEY_BITS) - 1);
  }

  static String text(long item) {
    return tree(item) + "/" + key(item);
  }
}
