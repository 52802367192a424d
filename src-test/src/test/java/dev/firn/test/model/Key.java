package dev.firn.test.model;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A key with a readable form: printable ASCII as it is, {@code %ff} for a byte, {@code %ff*300} for
 * a run of one byte, {@code ''} for the empty key.
 */
public record Key(byte[] bytes) implements Comparable<Key> {

  public static final Key EMPTY = new Key(new byte[0]);

  private static final String EMPTY_TEXT = "''";
  private static final int SHORTEST_RUN = 6;
  private static final String RESERVED = "%*(),'\"#";

  public static Key parse(String text) {
    if (text.equals(EMPTY_TEXT)) {
      return EMPTY;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) != '%') {
        bytes.write(text.charAt(i++));
        continue;
      }
      int value = Integer.parseInt(text.substring(i + 1, i + 3), 16);
      i += 3;
      int times = 1;
      if (i < text.length() && text.charAt(i) == '*') {
        int end = ++i;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
          end++;
        }
        times = Integer.parseInt(text.substring(i, end));
        i = end;
        // A second star separates the count of a run from a digit after it.
        if (i < text.length() && text.charAt(i) == '*') {
          i++;
        }
      }
      for (int n = 0; n < times; n++) {
        bytes.write(value);
      }
    }
    return new Key(bytes.toByteArray());
  }

  @Override
  public String toString() {
    if (bytes.length == 0) {
      return EMPTY_TEXT;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; ) {
      int end = i + 1;
      while (end < bytes.length && bytes[end] == bytes[i]) {
        end++;
      }
      if (end - i >= SHORTEST_RUN) {
        text.append(hex(bytes[i])).append('*').append(end - i).append('*');
        i = end;
      } else {
        text.append(readable(bytes[i]) ? "" + (char) bytes[i] : hex(bytes[i]));
        i++;
      }
    }
    return text.toString();
  }

  private static boolean readable(byte b) {
    return b > ' ' && b < 0x7f && RESERVED.indexOf(b) < 0;
  }

  private static String hex(byte b) {
    return "%%%02x".formatted(b & 0xff);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
