package dev.firn.engine;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import dev.firn.sstable.ValueReference;
import dev.firn.version.OpenValueFiles;
import java.util.function.Consumer;

/** The references of a table to values in value files. */
final class TableValues {

  private TableValues() {}

  /**
   * Passes all references of a table on.
   *
   * @throws dev.firn.error.CorruptionException when the table is damaged
   */
  static void forEach(Table table, Consumer<ValueReference> visitor) {
    if (table.metadata().references().isEmpty()) {
      return;
    }
    try (TableCursor cursor = table.sequentialCursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        if (SequenceNumber.kindCode(cursor.trailer()) == ValueKind.VALUE_REFERENCE.code()) {
          visitor.accept(
              OpenValueFiles.reference(cursor.value(), cursor.valueOffset(), cursor.valueLength()));
        }
      }
    }
  }
}
