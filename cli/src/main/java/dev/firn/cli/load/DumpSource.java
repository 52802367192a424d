package dev.firn.cli.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.firn.cli.text.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records from a dump, see {@link DumpFormat}. */
final class DumpSource implements RecordSource {

  private final LineReader lines;
  private final List<String> trees = new ArrayList<>();
  private final List<String> multiTrees = new ArrayList<>();
  private boolean ended;

  private @Nullable String tree;
  private byte @Nullable [] key;
  private byte @Nullable [] value;

  DumpSource(LineReader lines) {
    this.lines = lines;
  }

  @Override
  public boolean next() throws IOException, BadLineException {
    while (!ended) {
      if (!lines.next()) {
        throw new BadInputException(
            lines.line() + 1, "the dump was cut short: its last line is missing");
      }
      if (parse()) {
        return true;
      }
    }
    return false;
  }

  /** Reads a line; false when it holds no entry. */
  private boolean parse() throws IOException, BadLineException {
    tree = null;
    key = null;
    value = null;
    try (JsonParser parser =
        JsonText.FACTORY.createParser(lines.buffer(), lines.start(), lines.end() - lines.start())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BadLineException("not a line of a dump");
      }
      boolean mark = false;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        mark |= take(name, parser);
      }
      if (mark) {
        return false;
      }
    } catch (JsonProcessingException e) {
      throw new BadLineException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()), e);
    }
    if (tree == null || key == null || value == null) {
      throw new BadLineException("not a line of a dump: the tree, the key or the value is missing");
    }
    return true;
  }

  /** Takes one field; true when it belongs to the first or the last line. */
  private boolean take(String name, JsonParser parser) throws IOException, BadLineException {
    switch (name) {
      case DumpFormat.START, DumpFormat.END -> {
        checkVersion(parser.getValueAsInt());
        ended = name.equals(DumpFormat.END);
        return true;
      }
      case DumpFormat.TREES -> takeNames(parser, trees);
      case DumpFormat.MULTI_TREES -> takeNames(parser, multiTrees);
      case DumpFormat.ENTRIES -> checkEntries(parser.getValueAsLong());
      case DumpFormat.TREE -> tree = parser.getText();
      case DumpFormat.KEY -> key = JsonText.decode(parser);
      case DumpFormat.VALUE -> value = JsonText.decode(parser);
      default -> parser.skipChildren();
    }
    return false;
  }

  private static void takeNames(JsonParser parser, List<String> names) throws IOException {
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      names.add(parser.getText());
    }
  }

  private void checkVersion(int version) throws BadInputException {
    if (version < DumpFormat.VERSION || version > DumpFormat.MULTI_VERSION) {
      throw new BadInputException(
          lines.line(),
          "the dump is of version "
              + version
              + "; this release reads "
              + DumpFormat.VERSION
              + " to "
              + DumpFormat.MULTI_VERSION);
    }
  }

  /** All lines between the first and the last one are entries, good or bad. */
  private void checkEntries(long said) throws BadInputException {
    long found = lines.line() - 2;
    if (found != said) {
      throw new BadInputException(
          lines.line(), "the dump says it has " + said + " entries, and has " + found);
    }
  }

  @Override
  public long line() {
    return lines.line();
  }

  @Override
  public List<String> trees() {
    return trees;
  }

  @Override
  public List<String> multiTrees() {
    return multiTrees;
  }

  @Override
  public @Nullable String tree() {
    return tree;
  }

  @Override
  public byte[] key() {
    return required(key);
  }

  @Override
  public byte[] value() {
    return required(value);
  }

  private static byte[] required(byte @Nullable [] bytes) {
    if (bytes == null) {
      throw new IllegalStateException("no record");
    }
    return bytes;
  }
}
