package dev.firn.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {

  /** All sequences of two bytes, and all of four whose last two are at a bound. */
  @Test
  void isValid_agreesWithTheJdk() {
    int[] last = {0x00, 0x7f, 0x80, 0xbf, 0xc0};
    for (int i = 0; i < 1 << 16; i++) {
      check((byte) (i >> 8), (byte) i);
      if (i >= 0xe000) {
        for (int third : last) {
          check((byte) (i >> 8), (byte) i, (byte) third);
          for (int fourth : last) {
            check((byte) (i >> 8), (byte) i, (byte) third, (byte) fourth);
          }
        }
      }
    }
  }

  private static void check(byte... bytes) {
    assertEquals(decodes(bytes), Utf8.isValid(bytes), () -> Arrays.toString(bytes));
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
