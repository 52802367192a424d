package dev.firn.test.hostile;

import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageFixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What a device that loses, misplaces or reverts writes can make of one file.
 *
 * @param file the file
 * @param name what was done to it
 * @param made its new bytes; null when it is gone
 */
record Alteration(String file, String name, Supplier<byte[]> made) {

  private static final String STALE = "stale ";
  private static final int[] BLOCKS = {512, 4096};

  static List<Alteration> of(DamageFixture fixture) {
    List<Alteration> all = new ArrayList<>();
    StoreImage image = fixture.image();
    for (String file : image.names()) {
      for (int block : BLOCKS) {
        blocks(fixture, file, block, all);
      }
      lengths(image, file, all);
      others(fixture, file, all);
    }
    return all;
  }

  private static void blocks(DamageFixture fixture, String file, int block, List<Alteration> all) {
    byte[] bytes = fixture.image().bytes(file);
    for (int at = 0; at < bytes.length; at += block) {
      int to = at;
      add(all, bytes, file, "zeros at " + at + "+" + block, new byte[block], at);
      if (at >= block) {
        byte[] before = Arrays.copyOfRange(bytes, at - block, at);
        add(all, bytes, file, "the block before at " + at + "+" + block, before, at);
        all.add(
            new Alteration(file, "swapped at " + at + "+" + block, () -> swap(bytes, to, block)));
      }
      for (String sibling : siblings(fixture.image(), file)) {
        byte[] other = fixture.image().bytes(sibling);
        add(
            all,
            bytes,
            file,
            "of " + sibling + " at " + at + "+" + block,
            cut(other, at, block),
            at);
      }
      for (StoreImage past : fixture.past()) {
        if (past.names().contains(file)) {
          byte[] stale = cut(past.bytes(file), at, block);
          add(all, bytes, file, STALE + "at " + at + "+" + block, stale, at);
        }
      }
    }
  }

  private static byte[] cut(byte[] bytes, int at, int length) {
    return at >= bytes.length ? new byte[0] : Arrays.copyOfRange(bytes, at, at + length);
  }

  private static void add(
      List<Alteration> all, byte[] bytes, String file, String name, byte[] block, int at) {
    int length = Math.min(block.length, bytes.length - at);
    if (!Arrays.equals(bytes, at, at + length, block, 0, length)) {
      all.add(
          new Alteration(
              file,
              name,
              () -> {
                byte[] made = bytes.clone();
                System.arraycopy(block, 0, made, at, length);
                return made;
              }));
    }
  }

  private static byte[] swap(byte[] bytes, int at, int block) {
    byte[] made = bytes.clone();
    int length = Math.min(block, bytes.length - at);
    System.arraycopy(bytes, at, made, at - block, length);
    System.arraycopy(bytes, at - block, made, at, length);
    return made;
  }

  /** Cut at every byte, and extended. */
  private static void lengths(StoreImage image, String file, List<Alteration> all) {
    byte[] bytes = image.bytes(file);
    for (int length = 0; length < bytes.length; length++) {
      int to = length;
      all.add(new Alteration(file, "cut to " + to, () -> Arrays.copyOf(bytes, to)));
    }
    for (int more : new int[] {1, 7, 8, 64, 512, 4096}) {
      all.add(
          new Alteration(
              file, more + " zeros longer", () -> Arrays.copyOf(bytes, bytes.length + more)));
      all.add(
          new Alteration(
              file,
              more + " random bytes longer",
              () -> {
                byte[] made = new byte[bytes.length + more];
                new Random(more).nextBytes(made);
                System.arraycopy(bytes, 0, made, 0, bytes.length);
                return made;
              }));
    }
  }

  /** Gone, reverted, or replaced by another file. */
  private static void others(DamageFixture fixture, String file, List<Alteration> all) {
    byte[] bytes = fixture.image().bytes(file);
    all.add(new Alteration(file, "gone", () -> null));
    for (StoreImage past : fixture.past()) {
      if (past.names().contains(file) && !Arrays.equals(bytes, past.bytes(file))) {
        all.add(new Alteration(file, STALE + "as a whole", () -> past.bytes(file)));
      }
    }
    for (String sibling : fixture.image().names()) {
      if (!sibling.equals(file)) {
        all.add(new Alteration(file, "all of " + sibling, () -> fixture.image().bytes(sibling)));
      }
    }
  }

  private static List<String> siblings(StoreImage image, String file) {
    String kind = StoreImage.kind(file);
    return image.names().stream()
        .filter(name -> !name.equals(file) && StoreImage.kind(name).equals(kind))
        .toList();
  }

  /**
   * Whether this may take back acknowledged writes without a trace: when the start of the newest
   * segment is reverted, no other file tells of its records.
   */
  boolean mayRollBack(DamageFixture fixture) {
    return file.equals(fixture.newestJournal())
        && (name.startsWith(STALE + "at 0+") || name.startsWith(STALE + "as"));
  }

  StoreImage appliedTo(StoreImage image) {
    byte[] bytes = made.get();
    return bytes == null ? image.without(file) : image.with(file, bytes);
  }
}
