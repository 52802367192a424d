package dev.firn.test.isolation;

import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What a transaction did, in order, and what it was told. Each put and each delete makes a version,
 * which has a positive number of its own in the whole history.
 */
public sealed interface Operation {

  /** The version before all others: the key is absent. */
  long ABSENT = 0;

  /** Whether it reads or writes an item. */
  boolean concerns(long item);

  /** The operation as far as it is about some items. */
  default String text(Set<Long> items) {
    return toString();
  }

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
    public boolean concerns(long other) {
      return item == other;
    }

    @Override
    public String toString() {
      return "get " + Item.text(item) + "=" + Version.text(found());
    }
  }

  /** A write of a key. */
  record Put(long item, long version) implements Operation {
    @Override
    public boolean concerns(long other) {
      return item == other;
    }

    @Override
    public String toString() {
      return "put " + Item.text(item) + ":=" + version;
    }
  }

  /** A deletion of a key, alone or with a range of keys of which the transaction knew this one. */
  record Delete(long item, long version) implements Operation {
    @Override
    public boolean concerns(long other) {
      return item == other;
    }

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
    public boolean concerns(long item) {
      return item >= from && item < to;
    }

    @Override
    public String text(Set<Long> items) {
      return text(found.stream().filter(get -> items.contains(get.item())).toList());
    }

    private String text(List<Get> shown) {
      StringJoiner text = new StringJoiner(" ", "{", "}");
      shown.forEach(get -> text.add(Item.text(get.item()) + "=" + get.found()));
      return "scan %s to %s %s".formatted(Item.text(from), Item.text(to), text);
    }

    @Override
    public String toString() {
      return text(found);
    }
  }
}
