package dev.firn.test.damage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One way to damage a file.
 *
 * @param name what was done, for messages
 * @param bytes the damaged file
 */
record Damage(String name, byte[] bytes) {

  private static final int EDGE = 64;

  static List<Damage> of(byte[] file, Random random, int flips) {
    List<Damage> list = new ArrayList<>();
    for (int length : lengths(file.length, random)) {
      list.add(new Damage("cut to " + length, Arrays.copyOf(file, length)));
    }
    byte[] other = new byte[file.length];
    list.add(new Damage("zeros", other.clone()));
    random.nextBytes(other);
    list.add(new Damage("random", other));
    list.add(new Damage("longer by random bytes", longer(file, random)));
    for (int i = 0; i < 6; i++) {
      list.add(overwritten(file, random, i % 2 == 0));
    }
    for (int i = 0; i < flips; i++) {
      list.add(flipped(file, place(file.length, random), random.nextInt(8)));
    }
    list.removeIf(damage -> Arrays.equals(damage.bytes(), file));
    return list;
  }

  static Damage flipped(byte[] file, int at, int bit) {
    byte[] bytes = file.clone();
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << bit);
    }
    return new Damage("bit " + bit + " of byte " + at + " flipped", bytes);
  }

  private static List<Integer> lengths(int length, Random random) {
    List<Integer> lengths = new ArrayList<>(List.of(0, 1, 7, 16, EDGE, length / 2));
    lengths.addAll(List.of(length - 1, length - 8, length - EDGE, random.nextInt(length + 1)));
    lengths.removeIf(l -> l < 0 || l >= length);
    return lengths;
  }

  private static byte[] longer(byte[] file, Random random) {
    byte[] bytes = new byte[file.length + 1 + random.nextInt(100)];
    random.nextBytes(bytes);
    System.arraycopy(file, 0, bytes, 0, file.length);
    return bytes;
  }

  /** A stretch that looks like an unwritten or a misplaced sector. */
  private static Damage overwritten(byte[] file, Random random, boolean zeros) {
    byte[] bytes = file.clone();
    int from = random.nextInt(file.length + 1);
    int length = Math.min(file.length - from, 1 + random.nextInt(512));
    byte[] stretch = new byte[length];
    if (!zeros) {
      random.nextBytes(stretch);
    }
    System.arraycopy(stretch, 0, bytes, from, length);
    return new Damage((zeros ? "zeros" : "random") + " at " + from + "+" + length, bytes);
  }

  /** A place in the file, often in its header or footer. */
  private static int place(int length, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(Math.min(EDGE, length) + 1);
      case 1 -> Math.max(0, length - 1 - random.nextInt(EDGE));
      default -> random.nextInt(length + 1);
    };
  }
}
