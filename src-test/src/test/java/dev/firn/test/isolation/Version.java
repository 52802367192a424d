package dev.firn.test.isolation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A version of an item, and its place in the order of the item's versions as far as known. */
final class Version {

  /** Instead of a writer: the version before all others. */
  static final int NONE = -1;

  final long item;
  final long number;

  /** Index of the transaction that wrote it. */
  final int writer;

  final boolean isDelete;

  /** Whether the transaction wrote the item once more after it. */
  boolean isIntermediate;

  /** Its immediate neighbours, where an operation shows them. */
  @Nullable Version previous;

  @Nullable Version next;

  /** Of the last version of a chain: the first versions of those chains that follow. */
  final List<Version> followers = new ArrayList<>(1);

  /** The first trail that ends with it; equal ones tell nothing more. */
  long @Nullable [] trail;

  Version(long item, long number, int writer, boolean isDelete) {
    this.item = item;
    this.number = number;
    this.writer = writer;
    this.isDelete = isDelete;
  }

  /** The versions that come next, none of which is known to precede another. */
  List<Version> successors() {
    Version immediate = next;
    return immediate == null ? followers : List.of(immediate);
  }

  static String text(long number) {
    return number == Operation.ABSENT ? "absent" : Long.toString(number);
  }
}
