package dev.firn.cli.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a line make the key and the value.
 *
 * @param keyFields the fields of the key, in order; columns by number or name, or JSON fields
 * @param valueField the field of the value, or null for the line, or the rest of it after the key
 * @param separator bytes between the fields of a key
 * @param header whether the first line names the columns even if fields are numbers
 */
public record RecordShape(
    List<String> keyFields, @Nullable String valueField, byte[] separator, boolean header) {

  /** Copies the list. */
  public RecordShape {
    keyFields = List.copyOf(keyFields);
    if (keyFields.isEmpty()) {
      throw new IllegalArgumentException("keyFields=[]");
    }
  }

  /** A key of these fields with {@code /} between them; the value is the line. */
  public static RecordShape keyedBy(String... fields) {
    return new RecordShape(List.of(fields), null, "/".getBytes(StandardCharsets.UTF_8), false);
  }

  /** All fields of key and value. */
  List<String> fields() {
    List<String> all = new ArrayList<>(keyFields);
    if (valueField != null) {
      all.add(valueField);
    }
    return all;
  }
}
