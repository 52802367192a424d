package dev.firn.test.multi;

import dev.firn.KeyRange;
import java.util.Arrays;
import java.util.Random;

/** Few keys and many values, of few different bytes, so that many begin as others do. */
final class Samples {

  private static final byte[] ALPHABET = {0, 1, 'a', 'b', (byte) 0xfe, (byte) 0xff};

  private final Random random;
  private final int longKey;

  Samples(Random random) {
    this.random = random;
    this.longKey = random.nextInt(4) == 0 ? 300 : 0;
  }

  byte[] key() {
    byte[] key = bytes(random.nextInt(3));
    if (longKey > 0 && random.nextInt(4) == 0) {
      byte[] longer = new byte[longKey];
      System.arraycopy(key, 0, longer, longKey - key.length, key.length);
      return longer;
    }
    return key;
  }

  byte[] value() {
    byte[] value = bytes(random.nextInt(5));
    return random.nextInt(20) == 0 ? Arrays.copyOf(value, 200) : value;
  }

  KeyRange range(boolean ofKeys) {
    byte[] a = ofKeys ? key() : value();
    byte[] b = ofKeys ? key() : value();
    return switch (random.nextInt(6)) {
      case 0 -> KeyRange.all();
      case 1 -> KeyRange.greaterThan(a);
      case 2 -> KeyRange.lessThan(a);
      case 3 -> KeyRange.prefix(a);
      case 4 -> KeyRange.closed(a, b);
      default -> KeyRange.open(a, b);
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = ALPHABET[random.nextInt(ALPHABET.length)];
    }
    return bytes;
  }
}
