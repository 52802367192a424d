package dev.firn.engine;

import dev.firn.compaction.AsidePicker;
import dev.firn.version.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables that are set aside because a compaction could not read them: they stay where they are
 * until the store is opened again, or until nothing of them is needed. Readers use them as before.
 *
 * <p><b>Threading.</b> Any thread may read; the compaction thread adds.
 */
final class TablesAside {

  private volatile Set<Long> numbers = Set.of();

  /** Sets a table aside. */
  void add(long number) {
    Set<Long> more = new HashSet<>(numbers);
    more.add(number);
    numbers = Set.copyOf(more);
  }

  /** The numbers of the tables, also of some that the store does not have now. */
  Set<Long> numbers() {
    return numbers;
  }

  /** The keys before which a new table ends. */
  List<byte[]> cuts(Shape shape) {
    return AsidePicker.cuts(shape, numbers);
  }

  /**
   * The number of level-0 runs that compactions can reduce: writers must not wait for the others.
   */
  int mergeableRuns(Shape shape) {
    return AsidePicker.mergeableRuns(shape, numbers);
  }

  /**
   * The bytes of level 0, which writers may have to wait for; 0 while a table is set aside, because
   * it may keep some of them there.
   */
  long mergeableBytes(Shape shape) {
    return numbers.isEmpty() ? shape.bytes(0) : 0;
  }

  /** The number of a shape's tables that are set aside. */
  int count(Shape shape) {
    Set<Long> aside = numbers;
    return aside.isEmpty()
        ? 0
        : (int) shape.tables().stream().filter(table -> aside.contains(table.number())).count();
  }
}
