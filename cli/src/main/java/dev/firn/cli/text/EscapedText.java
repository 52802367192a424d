package dev.firn.cli.text;

import dev.firn.cli.console.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * UTF-8 with escapes: {@code \t \n \r \\}, and {@code \x1b} for any other byte that is not part of
 * a printable character.
 */
final class EscapedText {

  private EscapedText() {}

  static void encode(byte[] bytes, Output out) {
    int at = 0;
    int plain = 0; // start of the characters that need no escape
    while (at < bytes.length) {
      int length = Utf8.sequenceLength(bytes, at, bytes.length);
      if (length > 0 && bytes[at] != '\\' && !Utf8.isControl(bytes, at, length)) {
        at += length;
        continue;
      }
      out.write(bytes, plain, at - plain);
      int end = at + Math.max(1, length);
      for (; at < end; at++) {
        escape(bytes[at], out);
      }
      plain = at;
    }
    out.write(bytes, plain, at - plain);
  }

  private static void escape(byte b, Output out) {
    out.write('\\');
    switch (b) {
      case '\\' -> out.write('\\');
      case '\t' -> out.write('t');
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      default -> {
        out.write('x');
        HexText.put(b, out);
      }
    }
  }

  static byte[] decode(String text) {
    if (text.indexOf('\\') < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      int escape = text.indexOf('\\', at);
      int end = escape < 0 ? text.length() : escape;
      bytes.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
      at = escape < 0 ? end : unescape(text, escape, bytes);
    }
    return bytes.toByteArray();
  }

  /** Reads one escape and returns the index after it. */
  private static int unescape(String text, int at, ByteArrayOutputStream bytes) {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    switch (kind) {
      case '\\' -> bytes.write('\\');
      case 't' -> bytes.write('\t');
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 'x' -> {
        bytes.write(hexByte(text, at));
        return at + 4;
      }
      default -> throw unknown(text, at);
    }
    return at + 2;
  }

  private static int hexByte(String text, int at) {
    if (at + 4 > text.length()
        || !HexFormat.isHexDigit(text.charAt(at + 2))
        || !HexFormat.isHexDigit(text.charAt(at + 3))) {
      throw unknown(text, at);
    }
    return HexFormat.fromHexDigits(text, at + 2, at + 4);
  }

  private static IllegalArgumentException unknown(String text, int at) {
    String escape = text.substring(at, Math.min(at + 2, text.length()));
    return new IllegalArgumentException(
        "'" + escape + "' is no escape; there are \\t \\n \\r \\xHH, and \\\\ for a backslash");
  }
}
