package dev.firn.cli.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.cli.console.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCodecTest {

  private static final long SEED = Long.getLong("firn.seed", System.nanoTime());

  @ParameterizedTest
  @EnumSource
  void decode_ofEncode_isTheSame(TextCodec codec) {
    System.out.println("-Dfirn.seed=" + SEED);
    Random random = new Random(SEED);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = randomBytes(random);
      String text = encode(codec, bytes);
      assertArrayEquals(bytes, codec.decode(text), () -> codec + " " + text);
      assertFalse(text.chars().anyMatch(c -> c < 0x20 || (c >= 0x7f && c < 0xa0)), text);
    }
  }

  /** Arbitrary bytes, or text with some wrong bytes. */
  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(12)];
    random.nextBytes(bytes);
    if (random.nextInt(3) == 0) {
      return bytes;
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int c = random.nextInt(1 << (3 + random.nextInt(19))) % 0x110000;
      text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '\\' : c);
    }
    byte[] valid = text.toString().getBytes(StandardCharsets.UTF_8);
    if (valid.length > 0 && random.nextInt(4) == 0) {
      valid[random.nextInt(valid.length)] = (byte) random.nextInt();
    }
    return valid;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "61c3bc62, aüb",
        "61096200, a\\tb\\x00",
        "5c6e, \\\\n",
        "c29b31, \\xc2\\x9b1",
        "ff61, \\xffa",
        "eda080, \\xed\\xa0\\x80"
      })
  void text_escapesWhatIsNotPrintable(String hex, String text) {
    assertEquals(text, encode(TextCodec.TEXT, HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "61c3bc62, `\"aüb\"`",
        "22095c0d, `\"\\\"\\t\\\\\\r\"`",
        "017f, `\"\\u0001\\u007f\"`",
        "c28561, `\"\\u0085a\"`",
        "ff, `{\"base64\":\"/w==\"}`"
      })
  void json_isAStringOrBase64(String hex, String json) {
    assertEquals(json, encode(TextCodec.JSON, HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "a\\q", "\\x1", "\\xzz"})
  void text_refusesUnknownEscapes(String text) {
    assertThrows(IllegalArgumentException.class, () -> TextCodec.TEXT.decode(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a", "\"a\" 1", "{\"base65\":\"\"}", "{\"base64\":1}", "\"\\ud800\""})
  void json_refusesWhatIsNot(String text) {
    assertThrows(IllegalArgumentException.class, () -> TextCodec.JSON.decode(text));
  }

  @Test
  void json_takesWordsAsTheyAre() {
    assertArrayEquals("a\\n".getBytes(StandardCharsets.UTF_8), TextCodec.JSON.decode("a\\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "zz", "0x00"})
  void hex_refusesWhatIsNot(String text) {
    assertThrows(IllegalArgumentException.class, () -> TextCodec.HEX.decode(text));
  }

  private static String encode(TextCodec codec, byte[] bytes) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    Output out = new Output(target);
    codec.encode(bytes, out);
    out.flush();
    return target.toString(StandardCharsets.UTF_8);
  }
}
