package dev.firn.cli.text;

import dev.firn.cli.console.Output;
import java.util.HexFormat;

/** Hexadecimal digits. */
final class HexText {

  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private HexText() {}

  static void encode(byte[] bytes, Output out) {
    for (byte b : bytes) {
      put(b, out);
    }
  }

  static void put(byte b, Output out) {
    out.write(DIGITS[b >> 4 & 0xf]);
    out.write(DIGITS[b & 0xf]);
  }

  static byte[] decode(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not hexadecimal: two digits a byte, as in 00ff", e);
    }
  }
}
