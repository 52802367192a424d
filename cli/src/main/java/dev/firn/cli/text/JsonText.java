package dev.firn.cli.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.firn.cli.console.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * JSON on one line. UTF-8 is a string; other bytes are an object, because no string can hold them:
 *
 * <pre>
 *  "Zürich"               UTF-8
 *  {"base64":"/wD+"}      anything else
 * </pre>
 */
public final class JsonText {

  private static final String BASE64 = "base64";

  /** Reads JSON whose strings may be as long as a value. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonText() {}

  /** Writes bytes as a string, or as an object with their base64. */
  public static void encode(byte[] bytes, Output out) {
    if (Utf8.isValid(bytes)) {
      out.write('"');
      escape(bytes, out);
      out.write('"');
    } else {
      out.print("{\"" + BASE64 + "\":\"");
      out.write(Base64.getEncoder().encode(bytes));
      out.print("\"}");
    }
  }

  private static void escape(byte[] bytes, Output out) {
    int at = 0;
    int plain = 0; // start of the characters that need no escape
    while (at < bytes.length) {
      int length = bytes[at] >= 0 ? 1 : Utf8.sequenceLength(bytes, at, bytes.length);
      boolean control = Utf8.isControl(bytes, at, length);
      if (control || bytes[at] == '"' || bytes[at] == '\\') {
        out.write(bytes, plain, at - plain);
        // Of the control characters of two bytes the second is the code point.
        escape(bytes[at + length - 1], out);
        plain = at + length;
      }
      at += length;
    }
    out.write(bytes, plain, at - plain);
  }

  private static void escape(byte b, Output out) {
    out.write('\\');
    switch (b) {
      case '"', '\\' -> out.write(b);
      case '\t' -> out.write('t');
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      default -> {
        out.print("u00");
        HexText.put(b, out);
      }
    }
  }

  /** Reads what {@link #encode} wrote, and text without quotes. */
  static byte[] decode(String text) {
    if (!text.startsWith("\"") && !text.startsWith("{")) {
      return utf8(text);
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      byte[] bytes = decode(parser);
      if (parser.nextToken() != null) {
        throw notJson(text, null);
      }
      return bytes;
    } catch (JsonProcessingException e) {
      throw notJson(text, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IllegalArgumentException notJson(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        text + " is neither a JSON string, as in \"a\", nor an object, as in {\"base64\":\"AP8=\"}",
        cause);
  }

  /**
   * The bytes that the parser's current token encodes.
   *
   * @throws IllegalArgumentException when it is neither a string nor an object with base64
   */
  public static byte[] decode(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return utf8(parser.getText());
    }
    if (parser.currentToken() == JsonToken.START_OBJECT
        && BASE64.equals(parser.nextFieldName())
        && parser.nextToken() == JsonToken.VALUE_STRING) {
      byte[] bytes = parser.getBinaryValue();
      if (parser.nextToken() == JsonToken.END_OBJECT) {
        return bytes;
      }
    }
    throw new IllegalArgumentException("neither a string nor {\"base64\":…}");
  }

  /**
   * The UTF-8 of a string that came from JSON.
   *
   * @throws IllegalArgumentException when it has half a surrogate pair, which UTF-8 cannot hold
   */
  public static byte[] utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && !isPairAt(text, i++)) {
        throw new IllegalArgumentException("a string with half a surrogate pair");
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isPairAt(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }
}
