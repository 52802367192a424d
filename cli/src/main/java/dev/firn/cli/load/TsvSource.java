package dev.firn.cli.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records from tab-separated columns. Columns are named by number, from 1, or by the first line.
 * The bytes between the tabs are taken unchanged: nothing is unescaped. Blank lines count, but are
 * not records.
 *
 * <p>The value is one column; or what follows the first one, when that is the key; or the line.
 */
final class TsvSource implements RecordSource {

  private final LineReader lines;
  private final RecordShape shape;
  private final boolean header;
  private final KeyParts parts;
  private final int[] keyColumns;
  private int valueColumn = -1; // none
  private boolean started;

  private byte[] key = {};
  private byte[] value = {};

  TsvSource(LineReader lines, RecordShape shape) {
    this.lines = lines;
    this.shape = shape;
    this.header = shape.header() || shape.fields().stream().anyMatch(f -> columnNumber(f) == 0);
    this.parts = new KeyParts(shape.keyFields().size(), shape.separator());
    this.keyColumns = new int[shape.keyFields().size()];
  }

  @Override
  public boolean next() throws IOException, BadLineException {
    if (!started && !start()) {
      return false;
    }
    do {
      if (!lines.next()) {
        return false;
      }
    } while (lines.isBlank());
    split();
    return true;
  }

  private boolean start() throws IOException, BadLineException {
    started = true;
    if (header && !lines.next()) {
      return false;
    }
    List<String> names =
        header
            ? List.of(new String(lines.bytes(), StandardCharsets.UTF_8).split("\t", -1))
            : List.of();
    for (int i = 0; i < keyColumns.length; i++) {
      keyColumns[i] = column(shape.keyFields().get(i), names);
    }
    String field = shape.valueField();
    valueColumn = field == null ? -1 : column(field, names);
    return true;
  }

  /** The index of a column, from 0. */
  private static int column(String field, List<String> names) throws BadInputException {
    int named = names.indexOf(field);
    int number = columnNumber(field);
    if (named < 0 && number == 0) {
      throw new BadInputException(
          1, "the header has no column '" + field + "'; it has " + String.join(", ", names));
    }
    return named >= 0 ? named : number - 1;
  }

  /** The column number that a field names, or 0. */
  private static int columnNumber(String field) {
    return field.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(field) : 0;
  }

  private void split() throws BadLineException {
    byte[] buffer = lines.buffer();
    int end = lines.end();
    byte[] found = null;
    parts.clear();
    int column = 0;
    int start = lines.start();
    for (int at = start; at <= end; at++) {
      if (at == end || buffer[at] == '\t') {
        collect(column, start, at);
        if (column == valueColumn) {
          found = Arrays.copyOfRange(buffer, start, at);
        }
        start = at + 1;
        column++;
      }
    }
    key = key(column);
    value = found != null ? found : wholeValue(column);
  }

  private void collect(int column, int start, int end) {
    for (int i = 0; i < keyColumns.length; i++) {
      if (keyColumns[i] == column) {
        parts.set(i, Arrays.copyOfRange(lines.buffer(), start, end));
      }
    }
  }

  private byte[] key(int columns) throws BadLineException {
    int missing = parts.firstMissing();
    if (missing >= 0) {
      throw missing(shape.keyFields().get(missing), "key", columns);
    }
    byte[] whole = parts.key();
    if (whole.length == 0) {
      throw new BadLineException("the key field '" + shape.keyFields().get(0) + "' is empty");
    }
    return whole;
  }

  private byte[] wholeValue(int columns) throws BadLineException {
    String field = shape.valueField();
    if (field != null) {
      throw missing(field, "value", columns);
    }
    boolean rest = keyColumns.length == 1 && keyColumns[0] == 0;
    int from = rest ? Math.min(lines.end(), lines.start() + key.length + 1) : lines.start();
    return Arrays.copyOfRange(lines.buffer(), from, lines.end());
  }

  private static BadLineException missing(String field, String role, int columns) {
    return new BadLineException(
        "the "
            + role
            + " field '"
            + field
            + "' is missing: the line has "
            + (columns == 1 ? "1 column" : columns + " columns"));
  }

  @Override
  public long line() {
    return lines.line();
  }

  @Override
  public @Nullable String tree() {
    return null;
  }

  @Override
  public byte[] key() {
    return key;
  }

  @Override
  public byte[] value() {
    return value;
  }
}
