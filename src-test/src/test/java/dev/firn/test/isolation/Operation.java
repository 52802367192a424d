package dev.firn.test.isolation;

import java.util.List;

/**
 * What a transaction did, in order, and what it was told. Each put and each delete makes a version,
 * which has a positive number of its own in the whole history.
 */
public sealed interface Operation {

  /** The version before all others: the key is absent. */
  long ABSENT = 0;

  /**
   * A read of a key.
   *
   * @param trail versions that followed each other immediately, of which the last is the one that
   *     was found: all from {@link #ABSENT} on where the value holds them, as a list does; else one
   */
  record Get(long item, long... trail) implements Operation {

    long found() {
      return trail[trail.length - 1];
    }

    @Override
    public String toString() {
      return "get " + Item.text(item) + "=" + Version.text(found());
    }
  }

  /** A write of a key. */
  record Put(long item, long version) implements Operation {
    @Override
    public String toString() {
      return "put " + Item.text(item) + ":=" + version;
    }
  }

  /** A deletion of a key, alone or with a range of keys of which the transaction knew this one. */
  record Delete(long item, long version) implements Operation {
    @Override
    public String toString() {
      return "delete " + Item.text(item) + " (" + version + ")";
    }
  }

  /**
   * A read of all keys from one on to another, exclusive, of the same tree.
   *
   * @param found the keys that are there
   */
  record Scan(long from, long to, List<Get> found) implements Operation {
    @Override
    public String toString() {
      return "scan %s to %s=%s".formatted(Item.text(from), Item.text(to), found);
    }
  }
}
