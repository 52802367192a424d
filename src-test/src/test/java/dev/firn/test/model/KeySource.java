package dev.firn.test.model;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The keys of one script: most from a small hot set, which gives many versions of each; long shared
 * prefixes; keys that are prefixes of others; runs of 0x00 and 0xff; the empty key; rarely the
 * longest key allowed.
 */
final class KeySource {

  private static final int LONGEST = 1 << 16;

  private final Random random;
  private final List<byte[]> prefixes = new ArrayList<>();
  private final List<Key> hot = new ArrayList<>();
  private final int spread;

  KeySource(Random random) {
    this.random = random;
    spread = 1 << (3 + random.nextInt(12));
    prefixes.add(new byte[0]);
    prefixes.add("user0000".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    byte[] deep = new byte[1 + random.nextInt(60)];
    Arrays.fill(deep, (byte) "\u0000a\u00ff".charAt(random.nextInt(3)));
    prefixes.add(deep);
    int count = 3 + random.nextInt(40);
    for (int i = 0; i < count; i++) {
      hot.add(fresh());
    }
  }

  Key next() {
    return random.nextInt(10) < 6 ? hot.get(random.nextInt(hot.size())) : fresh();
  }

  Key prefix() {
    byte[] key = next().bytes();
    return new Key(Arrays.copyOf(key, Math.min(random.nextInt(12), key.length)));
  }

  private Key fresh() {
    return switch (random.nextInt(120)) {
      case 0 -> Key.EMPTY;
      case 1 -> new Key(run(random.nextInt(20), (byte) 0));
      case 2 -> new Key(run(random.nextInt(20), (byte) 0xff));
      case 3 -> random.nextInt(6) == 0 ? new Key(run(LONGEST, (byte) 'x')) : Key.EMPTY;
      case 4 -> new Key(run(200 + random.nextInt(400), (byte) random.nextInt(256)));
      case 5, 6, 7 -> neighbour(hot.isEmpty() ? Key.EMPTY : hot.get(random.nextInt(hot.size())));
      default -> under(prefixes.get(random.nextInt(prefixes.size())));
    };
  }

  private Key under(byte[] prefix) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes(prefix);
    int number = random.nextInt(spread);
    if (random.nextBoolean()) {
      key.writeBytes("%05d".formatted(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    } else {
      for (int rest = number; rest > 0; rest >>>= 8) {
        key.write(rest);
      }
    }
    return new Key(key.toByteArray());
  }

  private Key neighbour(Key key) {
    byte[] bytes = key.bytes();
    if (bytes.length == 0 || bytes.length == LONGEST || random.nextBoolean()) {
      return new Key(Arrays.copyOf(bytes, Math.min(LONGEST, bytes.length + 1)));
    }
    byte[] copy = bytes.clone();
    copy[copy.length - 1] += (byte) (random.nextBoolean() ? 1 : -1);
    return new Key(copy);
  }

  private static byte[] run(int length, byte value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
