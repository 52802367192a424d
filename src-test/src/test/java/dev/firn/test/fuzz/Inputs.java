package dev.firn.test.fuzz;

import java.util.Arrays;

final class Inputs {

  private Inputs() {}

  static byte[] join(byte[]... parts) {
    byte[] joined = new byte[0];
    for (byte[] part : parts) {
      int at = joined.length;
      joined = Arrays.copyOf(joined, at + part.length);
      System.arraycopy(part, 0, joined, at, part.length);
    }
    return joined;
  }
}
