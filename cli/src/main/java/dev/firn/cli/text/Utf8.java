package dev.firn.cli.text;

/** Which bytes are UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF. */
public final class Utf8 {

  private Utf8() {}

  /** Whether the bytes are UTF-8 from the first to the last. */
  public static boolean isValid(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int length = bytes[at] >= 0 ? 1 : sequenceLength(bytes, at, bytes.length);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** The length of the character that starts at {@code at}, or 0 if none does. */
  static int sequenceLength(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xff;
    if (lead < 0x80) {
      return 1;
    }
    int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || length > end - at || !isSecond(lead, bytes[at + 1] & 0xff)) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /** Excludes overlong forms, surrogates and numbers that are too large. */
  private static boolean isSecond(int lead, int second) {
    int min = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int max = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= min && second <= max;
  }

  /** Whether the character that starts at {@code at} is one that a terminal obeys. */
  static boolean isControl(byte[] bytes, int at, int length) {
    int b = bytes[at] & 0xff;
    return length == 1
        ? b < 0x20 || b == 0x7f
        : length == 2 && b == 0xc2 && (bytes[at + 1] & 0xff) < 0xa0;
  }
}
