package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the parts of a run, from left to right, of parts that stay and of tables that need another
 * part.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class RunParts {

  private final long run;
  private final List<RunPart> parts = new ArrayList<>();

  /** Tables after the last part. */
  private final List<TableMetadata> loose = new ArrayList<>();

  RunParts(long run) {
    this.run = run;
  }

  /** Adds a part, which stays as it is unless loose tables before it are too few for a part. */
  void add(RunPart part) {
    if (loose.isEmpty()) {
      parts.add(part);
    } else if (loose.size() < RunPart.MIN_TABLES
        && loose.size() + part.size() <= RunPart.MAX_TABLES) {
      loose.addAll(part.tables());
    } else {
      divide();
      parts.add(part);
    }
  }

  /** Adds tables. */
  void add(List<TableMetadata> tables) {
    loose.addAll(tables);
  }

  /**
   * All parts.
   *
   * @throws IllegalArgumentException when tables overlap or are out of order
   */
  RunPart[] finish() {
    divide();
    for (int i = 1; i < parts.size(); i++) {
      RunPart.checkOrder(run, parts.get(i - 1).last(), parts.get(i).first());
    }
    return parts.toArray(RunPart[]::new);
  }

  /** Makes parts of the loose tables. */
  private void divide() {
    if (loose.isEmpty()) {
      return;
    }
    if (loose.size() < RunPart.MIN_TABLES
        && !parts.isEmpty()
        && parts.getLast().size() + loose.size() <= RunPart.MAX_TABLES) {
      loose.addAll(0, parts.removeLast().tables());
    }
    int count =
        loose.size() <= RunPart.MAX_TABLES
            ? 1
            : (loose.size() + RunPart.TARGET_TABLES - 1) / RunPart.TARGET_TABLES;
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) loose.size() * i / count);
      int to = (int) ((long) loose.size() * (i + 1) / count);
      parts.add(new RunPart(run, loose.subList(from, to)));
    }
    loose.clear();
  }
}
