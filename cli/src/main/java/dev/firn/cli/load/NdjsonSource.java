package dev.firn.cli.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.firn.cli.text.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records from JSON objects, one per line. A field of the key is a string, a number as it is
 * written, or a boolean. The value is the line as it is, or one field: the text of a string, the
 * JSON of anything else. Blank lines count, but are not records.
 */
final class NdjsonSource implements RecordSource {

  private final LineReader lines;
  private final RecordShape shape;
  private final KeyParts parts;
  private byte @Nullable [] fieldValue;

  private byte[] key = {};
  private byte[] value = {};

  NdjsonSource(LineReader lines, RecordShape shape) {
    this.lines = lines;
    this.shape = shape;
    this.parts = new KeyParts(shape.keyFields().size(), shape.separator());
  }

  @Override
  public boolean next() throws IOException, BadLineException {
    do {
      if (!lines.next()) {
        return false;
      }
    } while (lines.isBlank());
    parse();
    return true;
  }

  private void parse() throws IOException, BadLineException {
    parts.clear();
    fieldValue = null;
    try (JsonParser parser =
        JsonText.FACTORY.createParser(lines.buffer(), lines.start(), lines.end() - lines.start())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BadLineException("not a JSON object");
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        take(name, parser);
      }
      if (parser.nextToken() != null) {
        throw new BadLineException("more than one JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new BadLineException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()), e);
    }
    finish();
  }

  private void take(String name, JsonParser parser) throws IOException, BadLineException {
    List<String> fields = shape.keyFields();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).equals(name) && parser.currentToken() != JsonToken.VALUE_NULL) {
        parts.set(i, scalar(name, parser));
      }
    }
    if (name.equals(shape.valueField())) {
      fieldValue = any(parser);
    }
    parser.skipChildren();
  }

  private static byte[] scalar(String name, JsonParser parser)
      throws IOException, BadLineException {
    if (!parser.currentToken().isScalarValue()) {
      throw new BadLineException("the key field '" + name + "' is an object or an array");
    }
    return JsonText.utf8(parser.getText());
  }

  /** The text of a string, or the JSON of anything else, unchanged. */
  private byte[] any(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return JsonText.utf8(parser.getText());
    }
    if (parser.currentToken().isScalarValue()) {
      return parser.getText().getBytes(StandardCharsets.UTF_8);
    }
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int to = (int) parser.currentLocation().getByteOffset();
    return Arrays.copyOfRange(lines.buffer(), lines.start() + from, lines.start() + to);
  }

  private void finish() throws BadLineException {
    int missing = parts.firstMissing();
    if (missing >= 0) {
      throw new BadLineException(
          "the key field '" + shape.keyFields().get(missing) + "' is missing");
    }
    key = parts.key();
    if (key.length == 0) {
      throw new BadLineException("the key field '" + shape.keyFields().get(0) + "' is empty");
    }
    byte[] field = fieldValue;
    if (shape.valueField() != null && field == null) {
      throw new BadLineException("the value field '" + shape.valueField() + "' is missing");
    }
    value = field != null ? field : lines.bytes();
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
